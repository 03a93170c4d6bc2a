using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Http2;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Front;

/// <summary>A TLS port with a web server behind it.</summary>
internal sealed class FrontListener : IAsyncDisposable
{
    // Keep-alive below TLS finds dead peers; an HTTP/2 PING from the server would tell it from an nginx (wire.md 7.3).
    private const int KeepAliveSeconds = 60;
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(500); // nginx's accept_mutex_delay

    private readonly FrontOptions _options;
    private readonly FrontConnectionRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly Http2Sweeper _sweeper;
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly Task _accepting;
    private int _count;

    private FrontListener(FrontOptions options, IFrontFace face, TimeProvider time, ILogger logger, Socket socket)
    {
        (_options, _time, _logger, _socket) = (options, time, logger, socket);
        Endpoint = (IPEndPoint)socket.LocalEndPoint!;
        _sweeper = new(time);
        _runner = new(options, face, time, logger, _sweeper, _stop.Token, _cut.Token);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>How many connections are open.</summary>
    public int Connections => Volatile.Read(ref _count);

    /// <summary>Whether it has been told to stop.</summary>
    public bool IsStopped => _stop.IsCancellationRequested;

    /// <exception cref="IOException">The endpoint cannot be listened on.</exception>
    /// <exception cref="ArgumentException">It would speak without TLS to other machines.</exception>
    public static FrontListener Start(FrontOptions options, IFrontFace face, TimeProvider time, ILogger logger)
    {
        if (options.IsCleartext && !IPAddress.IsLoopback(options.Listen.Address))
        {
            throw new ArgumentException($"Without TLS only a loopback address may be listened on, not {options.Listen.Address}.", nameof(options));
        }

        var socket = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.Listen.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.Bind(options.Listen);
            socket.Listen(options.Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException(e.Message, e);
        }

        return new(options, face, time, logger, socket);
    }

    /// <summary>Stops accepting, lets open requests end, and cuts what is left when the token fires.</summary>
    public async Task StopAsync(CancellationToken cut)
    {
        _socket.Dispose();
        await _stop.CancelAsync();
        await _accepting;
        await using var registration = cut.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _cut);
        await Task.WhenAll(_running.Keys);
    }

    /// <summary>Cuts everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(new(canceled: true));
        _sweeper.Dispose();
        _stop.Dispose();
        _cut.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(_stop.Token);
                if (Interlocked.Increment(ref _count) > _options.MaxConnections)
                {
                    Interlocked.Decrement(ref _count);
                    socket.Dispose();
                    continue;
                }

                var running = RunAsync(socket);
                if (_running.TryAdd(running, 0) && running.IsCompleted)
                {
                    _running.TryRemove(running, out _);
                }
                else
                {
                    _ = running.ContinueWith(
                        static (task, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(task, out _),
                        _running, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (!_stop.IsCancellationRequested)
            {
                // No file descriptors left, most likely: the ones in use must end first.
                FrontLog.AcceptFailed(_logger, e.SocketErrorCode);
                await Task.Delay(s_acceptPause, _time, CancellationToken.None);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private async Task RunAsync(Socket socket)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the accept loop goes on
        try
        {
            await _runner.RunAsync(socket);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer went away.
        }
        catch (Exception e)
        {
            FrontLog.Unexpected(_logger, e);
        }
        finally
        {
            socket.Dispose();
            Interlocked.Decrement(ref _count);
        }
    }
}
