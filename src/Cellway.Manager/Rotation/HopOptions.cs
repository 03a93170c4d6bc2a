namespace Cellway.Manager.Rotation;

/// <summary>How the names of one hop change.</summary>
public sealed record HopOptions
{
    /// <summary>How long a name is announced, at least.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>And at random up to so much longer, so that nobody sees a network change by the clock. Default 30 minutes.</summary>
    public TimeSpan Offset { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a name is accepted after it is replaced, at least.</summary>
    public required TimeSpan Keep { get; init; }

    /// <summary>How many replaced names are accepted, at least. Default 3.</summary>
    public int Generations { get; init; } = 3;
}
