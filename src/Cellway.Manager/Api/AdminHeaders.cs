namespace Cellway.Manager.Api;

/// <summary>What the admin API says beside its answers.</summary>
public static class AdminHeaders
{
    /// <summary>The replica could not reach the state: the answer is what it saw last.</summary>
    public const string Stale = "cellway-stale";
}
