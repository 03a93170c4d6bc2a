using System.Net;
using Cellway.Cli.Client.Links;
using Cellway.Cli.Client.Subscription;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>Opens connections by whichever link of the subscription works. Thread-safe.</summary>
/// <remarks>
/// 1. The link that worked last, then the others in order; one that failed rests a while.
/// 2. When none is left, the subscription is read again and each of its links tried once more.
/// 3. A link counts as working once bytes come back: an Entry that does not know the device says so only then.
/// </remarks>
internal sealed class Tunnels : IAsyncDisposable
{
    private readonly Func<ShareLink, ITunnelOpener> _makeOpener;
    private readonly IConnectStatus _status;
    private readonly TimeProvider _time;
    private readonly SubscriptionRefresh _refresh;
    private readonly Lock _lock = new();
    private volatile WaysIn _ways = new([], null);
    private bool _isDown; // under the lock
    private string _lastProblem = "no link was tried"; // under the lock

    public Tunnels(
        IReadOnlyList<ShareLink> links, Func<ShareLink, ITunnelOpener> makeOpener, ISubscriptionSource source, IConnectStatus status, TimeProvider time)
    {
        _makeOpener = makeOpener;
        _status = status;
        _time = time;
        _refresh = new(source, Apply, status, time);
        Apply(links);
        _refresh.Start();
    }

    /// <summary>Why nothing could be opened, in one line for the person.</summary>
    public string Problem
    {
        get
        {
            lock (_lock)
            {
                return $"No way into the network works: {_lastProblem}.";
            }
        }
    }

    /// <summary>Opens a connection; <see langword="null"/> when no way in works, see <see cref="Problem"/>.</summary>
    public async ValueTask<MovableTunnel?> OpenAsync(EndPoint destination, CancellationToken cancellationToken) =>
        await OpenAnyAsync(destination, cancellationToken) is { } opened ? new(this, destination, opened) : null;

    /// <summary>Opens a connection by the best way that works.</summary>
    internal async ValueTask<OpenedTunnel?> OpenAnyAsync(EndPoint destination, CancellationToken cancellationToken)
    {
        for (var isLastRound = false; ; isLastRound = true)
        {
            foreach (var way in _ways.Due)
            {
                if (await TryAsync(way, destination, cancellationToken) is { } stream)
                {
                    return new(way, stream);
                }
            }

            if (isLastRound || !await _refresh.TryNowAsync(cancellationToken))
            {
                ReportDown();
                return null;
            }
        }
    }

    /// <summary>Bytes came back by this way.</summary>
    internal void Works(WayIn way)
    {
        way.Succeeded();
        _refresh.Reset();
        lock (_lock)
        {
            var ways = _ways;
            if ((!_isDown && ReferenceEquals(ways.Preferred, way)) || !ways.All.Contains(way))
            {
                return;
            }

            _isDown = false;
            _ways = ways with { Preferred = way };
        }

        _status.Report(new(ConnectState.Connected, $"Connected through {way.Name}."));
    }

    /// <summary>This way does not work.</summary>
    internal void Failed(WayIn way, Exception exception)
    {
        var problem = $"{way.Name} {OpeningFailures.Describe(exception)}";
        bool isDown;
        lock (_lock)
        {
            _lastProblem = problem;
            isDown = _isDown;
        }

        if (way.Failed() && !isDown) // while nothing works, one line about that is enough
        {
            _status.Report(new(ConnectState.Switching, $"{problem}."));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _refresh.DisposeAsync();
        foreach (var way in _ways.All)
        {
            way.Cut();
        }
    }

    private async ValueTask<TunnelStream?> TryAsync(WayIn way, EndPoint destination, CancellationToken cancellationToken)
    {
        try
        {
            return await way.OpenAsync(destination, cancellationToken);
        }
        catch (Exception e) when (OpeningFailures.IsOne(e, cancellationToken))
        {
            Failed(way, e);
            return null;
        }
    }

    private void Apply(IReadOnlyList<ShareLink> links)
    {
        IReadOnlyList<WayIn> gone;
        lock (_lock)
        {
            _ways = _ways.Replace(links, link => new(link, _makeOpener(link), _time), out gone);
            foreach (var way in _ways.All)
            {
                way.Succeeded(); // a fresh list deserves a fresh look
            }
        }

        foreach (var way in gone)
        {
            way.Retire();
        }
    }

    private void ReportDown()
    {
        lock (_lock)
        {
            if (_isDown)
            {
                return;
            }

            _isDown = true;
        }

        _status.Report(new(ConnectState.Unreachable, $"{Problem} New connections are refused until one does."));
    }
}
