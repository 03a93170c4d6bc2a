namespace Cellway.Model.Health;

/// <summary>What a verdict means for sessions.</summary>
public static class CoreReaches
{
    /// <summary>Whether sessions get through.</summary>
    public static bool Carries(this CoreReach reach) => reach is CoreReach.Reachable or CoreReach.Slow;
}
