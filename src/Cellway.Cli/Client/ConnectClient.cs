using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Client.Links;
using Cellway.Cli.Client.Proxy;
using Cellway.Cli.Client.Subscription;
using Cellway.Cli.Client.Tunneling;

namespace Cellway.Cli.Client;

/// <summary>Reads a subscription and offers its network as a proxy, until disposed.</summary>
internal sealed class ConnectClient : IAsyncDisposable
{
    private readonly Tunnels _tunnels;
    private readonly ProxyServer _proxy;

    private ConnectClient(Tunnels tunnels, ProxyServer proxy) => (_tunnels, _proxy) = (tunnels, proxy);

    /// <summary>Where the proxy listens.</summary>
    public IPEndPoint Endpoint => _proxy.Endpoint;

    /// <summary>Reads the subscription and begins to serve.</summary>
    /// <param name="options">What to connect to.</param>
    /// <param name="status">Tells the person how it goes on.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ConnectException">It cannot begin; nothing is left behind.</exception>
    public static Task<ConnectClient> StartAsync(ConnectOptions options, IConnectStatus status, CancellationToken cancellationToken = default) =>
        StartAsync(options, status, (link, roots) => new TunnelOpener(link, roots), TimeProvider.System, cancellationToken);

    /// <summary>The same with another clock and other ways in.</summary>
    internal static async Task<ConnectClient> StartAsync(
        ConnectOptions options,
        IConnectStatus status,
        Func<ShareLink, X509Certificate2Collection, ITunnelOpener> makeOpener,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (SubscriptionUrl.Parse(options.SubscriptionUrl, out var url) is not SubscriptionFault.None and var fault)
        {
            throw new ConnectException(fault.Describe());
        }

        var roots = options.CaFile is { } file ? PrivateRoots.Read(file) : [];
        var listener = ProxyServer.Bind(options.Listen, options.AllowOthers); // first, because it fails at once or never
        try
        {
            var source = new SubscriptionFetcher(url!, roots, time);
            var subscription = await source.FetchAsync(cancellationToken);
            if (subscription.Fault is not SubscriptionFault.None)
            {
                throw new ConnectException(subscription.Message);
            }

            var tunnels = new Tunnels(subscription.List.Links, link => makeOpener(link, roots), source, status, time);
            return new(tunnels, ProxyServer.Serve(listener, tunnels, time));
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _tunnels.DisposeAsync();
    }
}
