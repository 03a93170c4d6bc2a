using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cellway.Node.Health;

/// <summary>Where a running server tells its own <c>health</c> command how it is.</summary>
/// <remarks>
/// A socket of Linux' abstract namespace: there is no file, so it works on a read-only file system, nothing is left behind by a
/// kill, and it answers inside the container's network only. The name comes from the state directory, so that several servers fit on a machine.
/// </remarks>
public sealed class HealthSocket : IAsyncDisposable
{
    private readonly Socket? _socket;
    private readonly NodeHealth _health;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    private HealthSocket(Socket? socket, NodeHealth health)
    {
        (_socket, _health) = (socket, health);
        _serving = socket is null ? Task.CompletedTask : ServeAsync(socket);
    }

    /// <summary>Listens. A second server with the same state directory gets none: its own start will say what is wrong.</summary>
    public static HealthSocket Listen(string state, NodeHealth health)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(AddressOf(state));
            socket.Listen();
            return new(socket, health);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return new(null, health);
        }
    }

    /// <summary>Asks the server with this state directory; null when none answers.</summary>
    public static async Task<HealthReport?> AskAsync(string state, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(AddressOf(state), cancellationToken);
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(cancellationToken) is { Length: > 0 } text ? new(text[0] == '+', text[1..].Trim()) : null;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket?.Dispose();
        await _serving;
        _end.Dispose();
    }

    private static UnixDomainSocketEndPoint AddressOf(string state) =>
        new($"\0cellway-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(state))).AsSpan(0, 8))}");

    private async Task ServeAsync(Socket socket)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var client = await socket.AcceptAsync(_end.Token);
                var report = _health.Current;
                await client.SendAsync(Encoding.UTF8.GetBytes($"{(report.IsReady ? '+' : '-')}{report.Line}\n"), _end.Token);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Whoever asked has gone, or the server ends.
            }
        }
    }
}
