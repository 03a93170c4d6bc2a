using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cellway.Testing;

/// <summary>Stands between a client and a server on loopback, and is the bad network between them.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly IPAddress? _from;
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _connections = new();
    private volatile IPEndPoint _target;
    private Task _accepting;
    private volatile bool _swallowsRequests;
    private volatile bool _swallowsAnswers;
    private volatile int _freezesAfter = int.MaxValue;

    public FaultProxy(int targetPort)
        : this(new IPEndPoint(IPAddress.Loopback, targetPort), null)
    {
    }

    /// <param name="target">The server.</param>
    /// <param name="from">The address of connections to it.</param>
    public FaultProxy(IPEndPoint target, IPAddress? from)
    {
        (_target, _from) = (target, from);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>What the server says is lost from now on, while what the client says arrives.</summary>
    public void SwallowAnswers() => _swallowsAnswers = true;

    /// <summary>Nothing arrives any more, in neither direction, and nobody is told: a partition.</summary>
    public void Partition() => _swallowsRequests = _swallowsAnswers = true;

    /// <summary>Each connection carries so many bytes each way and then no more: a way in which censors block.</summary>
    public void FreezeAfter(int bytes) => _freezesAfter = bytes;

    /// <summary>Nobody listens any more.</summary>
    public void Refuse()
    {
        _listener.Stop();
        Cut();
    }

    /// <summary>Cuts every connection; new ones work.</summary>
    public void Heal()
    {
        if (_accepting.IsCompleted)
        {
            _listener = new(IPAddress.Loopback, Port);
            _listener.Start();
            _accepting = AcceptAsync();
        }

        _freezesAfter = int.MaxValue;
        _swallowsRequests = _swallowsAnswers = false;
        Cut();
    }

    /// <summary>Another server answers from now on; connections to the one before are cut.</summary>
    public void Retarget(int port)
    {
        _target = new(IPAddress.Loopback, port);
        Cut();
    }

    /// <summary>Cuts every connection. Bytes that were swallowed have spoiled them anyway.</summary>
    public void Cut()
    {
        foreach (var (client, server) in _connections)
        {
            client.Close();
            server.Close();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Cut();
        }

        await Task.WhenAll(relays);
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = _from is null ? new TcpClient() : new TcpClient(new IPEndPoint(_from, 0));
        using (client)
        {
            try
            {
                await server.ConnectAsync(_target, _stop.Token);
                _connections[client] = server;
                await Task.WhenAll(
                    CopyAsync(client, server, () => _swallowsRequests), CopyAsync(server, client, () => _swallowsAnswers));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                // One side is gone, so the other goes too.
            }
            finally
            {
                _connections.TryRemove(client, out _);
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Func<bool> swallows)
    {
        var buffer = new byte[64 * 1024];
        var carried = 0;
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var read)
            {
                var left = Math.Clamp(_freezesAfter - carried, 0, read);
                carried += read;
                if (!swallows() && left > 0)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, left), _stop.Token);
                }
            }
        }
        finally
        {
            from.Close();
            to.Close();
        }
    }
}
