namespace Cellway.Model.Nodes;

/// <summary>What this program is, for its operators. Never shown to strangers.</summary>
public static class Software
{
    /// <summary>The version, like 0.1.0.</summary>
    public static string Version { get; } = typeof(Software).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
