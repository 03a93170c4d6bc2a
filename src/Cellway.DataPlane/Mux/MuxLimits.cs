namespace Cellway.DataPlane.Mux;

/// <summary>The limits of one main connection.</summary>
internal sealed record MuxLimits
{
    /// <summary>The most sessions at once (wire.md 3.8).</summary>
    public int Sessions { get; init; } = 512;

    /// <summary>The most bytes held for destinations that are slower than the client.</summary>
    public required int BufferedBytes { get; init; }

    /// <summary>How long it stays open without a session.</summary>
    public required TimeSpan EmptyTimeout { get; init; }

    /// <summary>How long a TCP session may be silent.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>How long a destination may be silent when the client will send no more.</summary>
    public required TimeSpan HalfCloseTimeout { get; init; }
}
