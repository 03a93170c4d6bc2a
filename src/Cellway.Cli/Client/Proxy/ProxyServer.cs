using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Cellway.Cli.Client.Tunneling;

namespace Cellway.Cli.Client.Proxy;

/// <summary>A proxy on one port that speaks SOCKS 5 and HTTP.</summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    /// <summary>After a failed accept, which is nearly always a lack of file descriptors.</summary>
    private static readonly TimeSpan s_acceptRest = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly Tunnels _tunnels;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ProxyConnection, Task> _connections = new();
    private readonly Task _accepting;

    private ProxyServer(Socket listener, Tunnels tunnels, TimeProvider time)
    {
        (_listener, _tunnels, _time) = (listener, tunnels, time);
        Endpoint = (IPEndPoint)listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Takes the port; serving begins with <see cref="Serve"/>.</summary>
    /// <param name="endpoint">Where to listen; port 0 for any.</param>
    /// <param name="allowOthers">Whether an address that other machines reach may be used: the proxy asks for no password.</param>
    /// <exception cref="ConnectException">It cannot be had.</exception>
    public static Socket Bind(IPEndPoint endpoint, bool allowOthers)
    {
        if (!allowOthers && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new ConnectException($"The proxy asks for no password, so it listens on {IPAddress.Loopback} unless --listen names another address.");
        }

        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endpoint);
            listener.Listen(512);
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new ConnectException(e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    $"Port {endpoint.Port} of {endpoint.Address} is in use: stop the program that uses it, or choose another port with --listen {new IPEndPoint(endpoint.Address, 0)} (0 is any).",
                SocketError.AccessDenied => $"Port {endpoint.Port} may not be used by this user: choose one from 1024 on with --listen.",
                SocketError.AddressNotAvailable => $"This machine has no address {endpoint.Address}: choose another with --listen.",
                _ => $"The proxy cannot listen on {endpoint}: {e.SocketErrorCode}.",
            });
        }
    }

    /// <summary>Serves the connections of a listener that <see cref="Bind"/> made, and owns it.</summary>
    public static ProxyServer Serve(Socket listener, Tunnels tunnels, TimeProvider time) => new(listener, tunnels, time);

    /// <summary>Cuts every connection and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = new ProxyConnection(await _listener.AcceptAsync(_stop.Token), _tunnels, _time);
                var serving = connection.RunAsync(_stop.Token);
                _connections[connection] = serving;
                _ = serving.ContinueWith(_ => _connections.TryRemove(connection, out Task? _), TaskScheduler.Default);
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                await Task.Delay(s_acceptRest, _time, _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }
}
