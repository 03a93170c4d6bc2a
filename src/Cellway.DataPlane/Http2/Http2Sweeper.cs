using System.Collections.Concurrent;
using Cellway.DataPlane.Http2.Flow;

namespace Cellway.DataPlane.Http2;

/// <summary>One timer for all connections of a process: once a second it lets each look at its deadlines. Also their coarse clock.</summary>
internal sealed class Http2Sweeper : IDisposable
{
    /// <summary>Milliseconds between two sweeps.</summary>
    public const int Interval = 1000;

    private readonly ConcurrentDictionary<Http2Connection, byte> _connections = new();
    private readonly ITimer _timer;
    private readonly long _start;
    private long _now = 1;

    /// <param name="time">The clock.</param>
    public Http2Sweeper(TimeProvider time)
    {
        Time = time;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((Http2Sweeper)state!).Sweep(), this, TimeSpan.FromMilliseconds(Interval), TimeSpan.FromMilliseconds(Interval));
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Milliseconds since the start, as of the last sweep; never 0.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>The same without waiting for a sweep, rounded up.</summary>
    public long ExactNow => 2 + (long)Time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>How many connections are alive.</summary>
    public int Count => _connections.Count;

    /// <summary>Adds a connection.</summary>
    public void Add(Http2Connection connection) => _connections.TryAdd(connection, 0);

    /// <summary>Removes a connection.</summary>
    public void Remove(Http2Connection connection) => _connections.TryRemove(connection, out _);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Sweep()
    {
        Volatile.Write(ref _now, 1 + (long)Time.GetElapsedTime(_start).TotalMilliseconds);
        PendingBlock.Trim();
        foreach (var (connection, _) in _connections)
        {
            connection.Deadlines.Check();
        }
    }
}
