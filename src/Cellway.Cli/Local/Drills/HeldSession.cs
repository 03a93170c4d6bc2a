using System.Net;
using System.Net.Sockets;

namespace Cellway.Cli.Local.Drills;

/// <summary>Somebody who talks without a pause over one session, and minds when it ends.</summary>
internal sealed class HeldSession : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _sessions;

    /// <param name="proxy">Where a client listens, host:port.</param>
    /// <param name="address">What is fetched, from a server that keeps connections.</param>
    public HeldSession(string proxy, Uri address) => _running = TalkAsync(proxy, address);

    /// <summary>How often it was answered.</summary>
    public int Answers { get; private set; }

    /// <summary>Ends it.</summary>
    /// <exception cref="CliException">It had ended by itself.</exception>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            throw new CliException($"A session that was open ended after {Answers} answers: {e.Message}", e);
        }

        if (_sessions != 1 || Answers == 0)
        {
            throw new CliException($"A session that was open ended: {Answers} answers came by {_sessions} sessions.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task TalkAsync(string proxy, Uri address)
    {
        using var handler = new SocketsHttpHandler
        {
            Proxy = new WebProxy($"socks5://{proxy}"),
            UseProxy = true,
            MaxConnectionsPerServer = 1,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = async (context, cancellationToken) =>
            {
                _sessions++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler) { Timeout = DrillLoad.Patience };
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await http.GetStringAsync(address, _stop.Token);
                Answers++;
                await Task.Delay(Pause, TimeProvider.System, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException("no answer in time", e);
            }
        }
    }
}
