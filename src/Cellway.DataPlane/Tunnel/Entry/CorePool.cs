using System.Text;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Hpack;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The connections to one Core: few, shared, long-lived; streams are spread over them.</summary>
/// <remarks>
/// The first stream dials, further connections are added while the least busy one carries <see cref="CrowdedAt"/> streams. One
/// dial at a time, and only when the pacer lets it; whoever waits for a connection waits for the same dial.
/// </remarks>
#pragma warning disable CA1001 // a source without timer and wait handle holds nothing, and a dial may end after the pool
internal sealed class CorePool(
    CoreKey key, ICoreConnector connector, HandshakePacer pacer, NameSilence silence, TimeSpan openTimeout, Http2Sweeper sweeper, ILogger logger)
#pragma warning restore CA1001
{
    /// <summary>Connections at most.</summary>
    public const int MaxConnections = 3;

    /// <summary>Streams on the least busy connection that call for another one.</summary>
    public const int CrowdedAt = 32;

    // A connection that was heard of since then still carries something.
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closed = new();
    private CoreLink[] _links = []; // replaced, never changed
    private Task? _dial;
    private CancellationTokenSource? _dialing; // ends the dial
    private bool _isAllowed; // the dial, by the pacer
    private volatile CoreLink[] _shunned = []; // out of use, and not over; one try at a time changes it
    private Tuple<string, byte[]>? _head; // of the service name used last

    public CoreKey Key => key;

    /// <summary>Is told when a connection has ended although nobody here ended it.</summary>
    public Action<CoreKey>? ConnectionLost { get; init; }

    /// <summary>How many connections take streams.</summary>
    public int Connections => Volatile.Read(ref _links).Length;

    /// <summary>Opens a tunnel's stream on a connection that is there.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryOpen(StreamHandler handler, string serviceName) => TryOpen(handler, HeadOf(serviceName), endStream: false);

    /// <summary>Opens any stream on a connection that is there.</summary>
    public bool TryOpen(StreamHandler handler, ReadOnlySpan<byte> head, bool endStream)
    {
        while (true)
        {
            var links = Volatile.Read(ref _links);
            CoreLink? best = null;
            foreach (var link in links)
            {
                if (link.Connection.CanOpen && (best is null || link.Connection.ActiveStreams < best.Connection.ActiveStreams))
                {
                    best = link;
                }
            }

            if (best is null)
            {
                return false;
            }

            if (best.Connection.TryOpen(handler, head, endStream) is not null)
            {
                if (links.Length < MaxConnections && best.Connection.ActiveStreams >= CrowdedAt)
                {
                    Grow();
                }

                return true;
            }
        }
    }

    /// <summary>Waits until there is a connection that takes streams.</summary>
    /// <exception cref="CoreUnreachableException">There is none.</exception>
    /// <exception cref="TimeoutException">There is none yet.</exception>
    public Task ConnectAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Task dial;
        lock (_gate)
        {
            if (Array.Exists(_links, l => l.Connection.CanOpen))
            {
                return Task.CompletedTask; // made while the caller was on its way here
            }

            dial = _dial ??= DialAsync();
        }

        return dial.WaitAsync(limit, sweeper.Time, cancellationToken);
    }

    /// <summary>How long nothing has come on the connection that was last heard of.</summary>
    public TimeSpan SilentFor => Volatile.Read(ref _links) is { Length: > 0 } links
        ? TimeSpan.FromMilliseconds(links.Min(l => sweeper.ExactNow - l.Connection.LastRead))
        : TimeSpan.Zero;

    /// <summary>Whether a stream would wait for a handshake that may not begin yet.</summary>
    public bool MustWait
    {
        get
        {
            lock (_gate)
            {
                return !_isAllowed && !pacer.Allows(0) && !Array.Exists(_links, l => l.Connection.CanOpen);
            }
        }
    }

    /// <summary>Whether a try may dial, or wait for a dial that is under way: of the handshakes that are allowed, one is left for sessions.</summary>
    public bool MayDialForTry
    {
        get
        {
            lock (_gate)
            {
                return _isAllowed || (_dial is null && pacer.Allows(1)); // a dial that waits to be allowed shows nothing
            }
        }
    }

    /// <summary>What is known of the Core's name, with other Cores too.</summary>
    public NameSilence Silence => silence;

    /// <summary>Finds out whether anybody listens at the Core's address, without a handshake.</summary>
    /// <exception cref="CoreUnreachableException">Nobody does.</exception>
    public async Task TouchAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, sweeper.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await connector.TouchAsync(key, both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CoreUnreachableException("The Core cannot be reached.", e);
        }
    }

    /// <summary>Puts no more streams on the connections that have been silent since then.</summary>
    /// <param name="since">By the sweeper's clock.</param>
    /// <param name="frozen">And on this one, which was not.</param>
    public void Shun(long since, Http2Connection? frozen)
    {
        foreach (var link in Volatile.Read(ref _links).Where(l => l.Connection == frozen || l.Connection.LastRead < since))
        {
            _shunned = [.. _shunned.Where(l => !l.IsClosed), link];
            Remove(link);
        }
    }

    /// <summary>Puts those back into use: whether they are over cannot be told for now.</summary>
    public void Unshun()
    {
        lock (_gate)
        {
            _links = [.. _links, .. _shunned.Where(l => !l.IsClosed)];
        }

        _shunned = [];
    }

    /// <summary>The Core carries nothing: who waits for a connection to it waits no longer, and what hangs on silent ones ends.</summary>
    public void GiveUp()
    {
        CancellationTokenSource? dialing;
        lock (_gate)
        {
            dialing = _dialing;
        }

        try
        {
            dialing?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }

        foreach (var link in _shunned)
        {
            link.Connection.Abort();
        }

        foreach (var link in SilentSince(sweeper.ExactNow - (long)GivenUpAfter.TotalMilliseconds))
        {
            link.Connection.Abort();
        }

        _shunned = [];
    }

    /// <summary>Opens no more streams; those that are open finish.</summary>
    public void Drain()
    {
        _closed.Cancel();
        foreach (var link in Volatile.Read(ref _links))
        {
            link.Connection.Drain();
        }
    }

    /// <summary>Cuts everything.</summary>
    public void Abort()
    {
        _closed.Cancel();
        foreach (var link in Volatile.Read(ref _links))
        {
            link.Connection.Abort();
        }
    }

    /// <summary>A connection is over.</summary>
    public void Lose(CoreLink link)
    {
        var wasInUse = Array.IndexOf(Volatile.Read(ref _links), link) >= 0 && !_closed.IsCancellationRequested;
        Remove(link);
        if (wasInUse)
        {
            ConnectionLost?.Invoke(key);
        }
    }

    /// <summary>A connection is over, or takes no more streams.</summary>
    public void Remove(CoreLink link)
    {
        lock (_gate)
        {
            _links = [.. _links.Where(l => l != link)];
        }
    }

    private IEnumerable<CoreLink> SilentSince(long since) => Volatile.Read(ref _links).Where(l => l.Connection.LastRead < since);

    private byte[] HeadOf(string serviceName)
    {
        var head = Volatile.Read(ref _head);
        if (head is null || head.Item1 != serviceName)
        {
            var block = new HpackWriter().Add(":method"u8, "POST"u8).Add(":scheme"u8, "https"u8)
                .Add(":path"u8, Encoding.Latin1.GetBytes($"/{serviceName}/Tun")).Add(":authority"u8, Encoding.Latin1.GetBytes(key.ExitDomain))
                .Add("content-type"u8, "application/grpc"u8).Add("te"u8, "trailers"u8).ToArray();
            head = new(serviceName, block);
            Volatile.Write(ref _head, head);
        }

        return head.Item2;
    }

    private void Grow()
    {
        lock (_gate)
        {
            if (_dial is null && !_closed.IsCancellationRequested && pacer.TryReserve(out var ticket, out _))
            {
                _dial = DialAsync(ticket);
                _ = _dial.ContinueWith(
                    static dial => dial.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }

    // Called under the lock.
    private async Task DialAsync(long? ticket = null)
    {
        using var dialing = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        _dialing = dialing;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // leave the lock first
        try
        {
            if (ticket is null)
            {
                TimeSpan wait;
                long reserved;
                while (!pacer.TryReserve(out reserved, out wait))
                {
                    await Task.Delay(wait, sweeper.Time, dialing.Token);
                }

                ticket = reserved;
            }

            lock (_gate)
            {
                _isAllowed = true;
            }

            using var limit = new CancellationTokenSource(openTimeout, sweeper.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, dialing.Token);
            await ConnectAsync(ticket.Value, both.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new CoreUnreachableException("The Core cannot be reached.", e);
        }
        finally
        {
            lock (_gate)
            {
                (_dial, _dialing, _isAllowed) = (null, null, false);
            }
        }
    }

    private async Task ConnectAsync(long ticket, CancellationToken cancellationToken)
    {
        var shaken = false;
        var link = new CoreLink(this);
        try
        {
            var transport = await connector.ConnectAsync(key, Shaking, cancellationToken);
            silence.Answered(key.CoreId);
            link.Connection = new(transport, true, link, Http2Options.Client, sweeper, logger);
        }
        catch when (!shaken)
        {
            pacer.Cancel(ticket); // nobody saw a handshake
            throw;
        }
        catch (CoreUnreachableException)
        {
            silence.Answered(key.CoreId);
            throw;
        }

        _ = link.Connection.RunAsync();
        try
        {
            await link.Ready.WaitAsync(cancellationToken);
        }
        catch
        {
            link.Connection.Abort();
            throw;
        }

        lock (_gate)
        {
            if (!_closed.IsCancellationRequested && !link.Connection.IsDraining)
            {
                _links = [.. _links, link];
                return;
            }
        }

        link.Connection.Drain();
        throw new CoreUnreachableException("The Core cannot be reached.");

        void Shaking()
        {
            shaken = true;
            silence.Shaking();
        }
    }
}
