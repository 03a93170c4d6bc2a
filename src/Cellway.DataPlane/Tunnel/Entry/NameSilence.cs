namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Whether anybody answers under one exit domain.</summary>
/// <remarks>
/// Who blocks a name blocks it for all its Cores, and a minute has too few handshakes to find that out for each of them. So what one Core has
/// met says something about the others, if they are silent too; never more than that: one Core's trouble is its own.
/// </remarks>
internal sealed class NameSilence(TimeProvider time)
{
    // What was seen longer ago says nothing about now.
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _cores = new(StringComparer.Ordinal);
    private long? _shakingSince;
    private long _shakenAt;
    private long _answeredAt;

    /// <summary>A handshake is on the wire.</summary>
    public void Shaking()
    {
        lock (_gate)
        {
            _shakenAt = time.GetTimestamp();
            _shakingSince ??= _shakenAt;
        }
    }

    /// <summary>A Core has not answered on a connection that is there.</summary>
    /// <returns>Whether it had not the time before either.</returns>
    public bool Silent(string coreId)
    {
        lock (_gate)
        {
            var again = _cores.TryGetValue(coreId, out var before) && time.GetElapsedTime(before) < Holds;
            _cores[coreId] = time.GetTimestamp();
            return again;
        }
    }

    /// <summary>A Core has answered, whatever was said.</summary>
    public void Answered(string coreId)
    {
        lock (_gate)
        {
            _shakingSince = null;
            _cores.Remove(coreId);
            _answeredAt = time.GetTimestamp();
        }
    }

    /// <summary>Whether new connections, to whichever Cores, have met nothing but silence for so long.</summary>
    public bool IsOnNewConnections(TimeSpan limit)
    {
        lock (_gate)
        {
            return _shakingSince is { } since && time.GetElapsedTime(since) >= limit && time.GetElapsedTime(_shakenAt) < Holds;
        }
    }

    /// <summary>Whether other Cores than this one have not answered either, and nobody has since.</summary>
    public bool IsAround(string coreId)
    {
        lock (_gate)
        {
            return _cores.Any(c => c.Key != coreId && c.Value > _answeredAt && time.GetElapsedTime(c.Value) < Holds);
        }
    }
}
