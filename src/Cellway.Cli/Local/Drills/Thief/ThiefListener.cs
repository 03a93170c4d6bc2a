using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>Stands where somebody else should, completes any handshake it can, and keeps what is said to it.</summary>
internal sealed class ThiefListener : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _shown;
    private readonly Task _accepting;
    private int _connections;
    private readonly MemoryStream _heard = new();

    public ThiefListener(IPEndPoint at, X509Certificate2 shown)
    {
        _shown = shown;
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(at);
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many bytes were said inside TLS.</summary>
    public long Heard
    {
        get
        {
            lock (_heard)
            {
                return _heard.Length;
            }
        }
    }

    /// <summary>Whether these bytes were among them.</summary>
    public bool Contains(ReadOnlySpan<byte> secret)
    {
        lock (_heard)
        {
            return _heard.GetBuffer().AsSpan(0, (int)_heard.Length).IndexOf(secret) >= 0;
        }
    }

    /// <summary>Waits for so many connections, but not for ever.</summary>
    public async Task<Answer> ListenAsync(int connections, TimeSpan limit, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (Connections < connections && TimeProvider.System.GetElapsedTime(begun) < limit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken); // for what they say
        return Connections < connections ? throw new CliException($"The drill is not fair: nobody came to {EndPoint}.")
            : Heard > 0 ? Answer.Got($"{Connections} connections, {Heard} bytes were said")
            : Answer.Refused($"{Connections} connections, not a byte was said");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
        await _heard.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        List<Task> talks = [];
        try
        {
            while (true)
            {
                talks.Add(TalkAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        try
        {
            await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = _shown,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                },
                _stop.Token);
            Interlocked.Increment(ref _connections);
            var buffer = new byte[16 * 1024];
            while (await tls.ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                lock (_heard)
                {
                    _heard.Write(buffer, 0, count);
                }
            }
        }
        catch (AuthenticationException)
        {
            Interlocked.Increment(ref _connections); // it was told that its certificate is not wanted
        }
        catch (IOException)
        {
            Interlocked.Increment(ref _connections);
        }
        catch (OperationCanceledException)
        {
            // The drill is over.
        }
    }
}
