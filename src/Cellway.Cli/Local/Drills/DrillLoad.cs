using System.Net;

namespace Cellway.Cli.Local.Drills;

/// <summary>People who go on asking: each client sends a request, waits for the answer, and sends the next a moment later.</summary>
internal sealed class DrillLoad : IAsyncDisposable
{
    /// <summary>How long a person waits for an answer before they call it failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<DrillRequest> _requests = [];
    private readonly Task _running;

    /// <param name="proxies">Where the clients listen, host:port each.</param>
    /// <param name="address">What they fetch.</param>
    public DrillLoad(IEnumerable<string> proxies, Uri address) =>
        _running = Task.WhenAll([.. proxies.Select((proxy, client) => AskAsync(client, proxy, address))]);

    /// <summary>What has been asked so far.</summary>
    public IReadOnlyList<DrillRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Whether a new session gets an answer in time.</summary>
    public static async Task<bool> TryFetchAsync(string proxy, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            // A connection for each: what a drill is about is whether new ones work. Those that are open are sessions of their own.
            using var handler = new SocketsHttpHandler { Proxy = new WebProxy($"socks5://{proxy}"), UseProxy = true };
            using var http = new HttpClient(handler) { Timeout = Patience };
            return (await http.GetStringAsync(address, cancellationToken)).Length > 0;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task AskAsync(int client, string proxy, Uri address)
    {
        while (!_stop.IsCancellationRequested)
        {
            var begun = TimeProvider.System.GetTimestamp();
            var answered = await TryFetchAsync(proxy, address, _stop.Token);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            lock (_requests)
            {
                _requests.Add(new(client, begun, TimeProvider.System.GetTimestamp(), answered));
            }

            await Task.Delay(Pause, TimeProvider.System, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
