namespace Cellway.DataPlane.Relay;

/// <summary>Bytes in each direction that only grow, added to by many sessions at once. Bytes count once they are on their way and before anybody can know that they have arrived.</summary>
public interface IByteCounter
{
    /// <summary>Towards destinations.</summary>
    long Up { get; }

    /// <summary>From destinations.</summary>
    long Down { get; }

    /// <summary>Adds bytes towards destinations.</summary>
    void AddUp(long bytes);

    /// <summary>Adds bytes from destinations.</summary>
    void AddDown(long bytes);
}
