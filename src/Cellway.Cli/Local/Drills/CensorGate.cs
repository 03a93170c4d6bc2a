using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cellway.Cli.Local.Drills;

/// <summary>One address that the censor watches. What goes on from here comes from the address it came from, so that a Core knows its Entries.</summary>
internal sealed class CensorGate : IAsyncDisposable
{
    private const int FirstFlight = 4096; // a ClientHello with its server name
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly Censor _censor;
    private readonly IPEndPoint _target;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _relays = new();
    private readonly Task _accepting;

    public CensorGate(Censor censor, IPEndPoint listen, IPEndPoint target)
    {
        (_censor, _target) = (censor, target);
        _listener = new(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(listen);
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_relays.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var relay = RelayAsync(await _listener.AcceptAsync(_stop.Token));
                _relays[relay] = 0;
                _ = relay.ContinueWith(done => _relays.TryRemove(done, out _), TaskScheduler.Default);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (_stop.IsCancellationRequested)
                {
                    return;
                }
            }
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                server.Bind(new IPEndPoint(((IPEndPoint)client.RemoteEndPoint!).Address, 0));
                await server.ConnectAsync(_target, _stop.Token);
                var hello = new byte[FirstFlight];
                var length = 0;
                var up = CopyAsync(client, server, bytes =>
                {
                    var count = Math.Min(bytes.Length, hello.Length - length);
                    bytes.Span[..count].CopyTo(hello.AsSpan(length));
                    length += count;
                });
                await Task.WhenAll(up, CopyAsync(server, client, _ => { }));

                async Task CopyAsync(Socket from, Socket to, Action<ReadOnlyMemory<byte>> see)
                {
                    var buffer = new byte[64 * 1024];
                    while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
                    {
                        see(buffer.AsMemory(0, count));
                        while (!_censor.Lets(hello.AsSpan(0, length)))
                        {
                            await Task.Delay(LookAgain, TimeProvider.System, _stop.Token); // nothing comes through, and nobody is told
                        }

                        await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
                    }

                    to.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                client.LingerState = new(true, 0); // one side has cut: so does the other
            }
        }
    }
}
