namespace Cellway.Model.Health;

/// <summary>What one Entry finds of one Core.</summary>
public sealed record CoreReachReport
{
    /// <summary>The name that the Entry sends to it: what a censor on the way sees.</summary>
    public required string ExitDomain { get; init; }

    /// <summary>The verdict.</summary>
    public required CoreReach Reach { get; init; }

    /// <summary>Since when, by management's clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How long the Core took to answer when the verdict changed; 0 when it did not.</summary>
    public int Milliseconds { get; init; }
}
