using System.Buffers.Binary;
using System.Net;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Benchmarks.Failover;

/// <summary>A device at one Entry that opens a new connection again and again, whether those before have been answered or not.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly TunnelClient _client;
    private readonly IPEndPoint _origin;
    private readonly List<Visit> _visits = [];
    private readonly List<long> _open = []; // under the lock of the others
    private readonly Task _running;
    private volatile bool _isEager;

    /// <param name="options">The Entry, and the device's credential.</param>
    /// <param name="origin">Who is visited.</param>
    /// <param name="entry">Which Entry that is.</param>
    public Visitor(TunnelClientOptions options, IPEndPoint origin, string entry)
    {
        (_client, _origin, Entry) = (new(options), origin, entry);
        _running = RunAsync();
    }

    public string Entry { get; }

    /// <summary>Whether it visits often, as in a trial, or just so that its Core is in use.</summary>
    public bool IsEager
    {
        set => _isEager = value;
    }

    /// <summary>The visits that began after a moment, in order; such as hang still as if they were given up now.</summary>
    public List<Visit> Since(long ticks)
    {
        var now = TimeProvider.System.GetTimestamp();
        lock (_visits)
        {
            return [.. _visits.Concat(_open.Select(begun => new Visit(begun, now, false)).Where(v => v.Hangs)).Where(v => v.Begun >= ticks).OrderBy(v => v.Begun)];
        }
    }

    /// <summary>Which of some Cores, by the ids of their processes, brings its connections to the origin now.</summary>
    public async Task<int> CoreAsync(IReadOnlyCollection<int> cores)
    {
        using var limit = new CancellationTokenSource(Patience);
        await using var stream = await _client.OpenAsync(_origin, limit.Token);
        await stream.WriteAsync(BenchSink.Ask(BenchSink.Port, 0), limit.Token);
        var port = new byte[2];
        await stream.ReadExactlyAsync(port, limit.Token);
        return SocketOwner.Find(BinaryPrimitives.ReadUInt16BigEndian(port), cores) ?? throw new InvalidOperationException("The visitor came by none of the Cores.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(3000)));
        while (!_stop.IsCancellationRequested)
        {
            _ = VisitAsync();
            for (var waited = TimeSpan.Zero; waited < (_isEager ? Often : Seldom) && !_stop.IsCancellationRequested; waited += Often)
            {
                await Task.Delay(Often);
            }
        }
    }

    private async Task VisitAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        var answered = false;
        lock (_visits)
        {
            _open.Add(begun);
        }

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(Patience);
            await using var stream = await _client.OpenAsync(_origin, limit.Token);
            await stream.WriteAsync((byte[])[.. BenchSink.Ask(BenchSink.Echo, 1), 7], limit.Token);
            await stream.ReadExactlyAsync(new byte[1], limit.Token);
            answered = true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            if (_stop.IsCancellationRequested)
            {
                return;
            }
        }

        lock (_visits)
        {
            _open.Remove(begun);
            _visits.Add(new(begun, TimeProvider.System.GetTimestamp(), answered));
        }
    }
}
