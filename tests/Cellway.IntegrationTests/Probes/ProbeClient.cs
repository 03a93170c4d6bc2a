using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;

namespace Cellway.IntegrationTests.Probes;

/// <summary>One connection of a prober, and the transcript of what it saw.</summary>
internal sealed partial class ProbeClient : IDisposable
{
    private readonly StringBuilder _seen = new();
    private readonly WireTap _tap;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CancellationTokenSource _limit;
    private Stream _stream;

    private ProbeClient(Socket socket, CancellationToken token)
    {
        _stream = _tap = new(socket);
        _limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        _limit.CancelAfter(ProbeTimers.Watch);
    }

    public CancellationToken Token => _limit.Token;

    public string Transcript => _seen.ToString();

    /// <summary>The class of the time since the last bytes were sent.</summary>
    public string Delay => ProbeTimers.ClassOf(_clock.Elapsed);

    public static async Task<ProbeClient> ConnectAsync(IPEndPoint server, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, token);
        return new(socket, token);
    }

    /// <returns>Whether the handshake succeeded.</returns>
    public async Task<bool> TlsAsync(string? name, SslProtocols protocols, params string[] alpn)
    {
        var tls = new SslStream(_tap, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name ?? "",
                    EnabledSslProtocols = protocols,
                    ApplicationProtocols = alpn.Length == 0 ? null : [.. alpn.Select(a => new SslApplicationProtocol(a))],
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => Note($"certificate {certificate?.Subject}"),
                },
                Token);
            Note($"TLS {tls.SslProtocol} {tls.NegotiatedCipherSuite} ALPN '{tls.NegotiatedApplicationProtocol}'");
            _stream = tls;
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            Note($"handshake failed: {e.InnerException?.Message ?? e.Message}, {_tap.End}");
            return false;
        }
    }

    public bool Note(string line)
    {
        _seen.Append(line).Append('\n');
        return true;
    }

    public async Task SendAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes, Token);
        await _stream.FlushAsync(Token);
        _clock.Restart();
    }

    /// <summary>Reads until the end and notes text, end and timing.</summary>
    public async Task ReadToEndAsync(bool asHex = false)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[65536];
        var first = TimeSpan.Zero;
        while (await ReadAsync(buffer) is > 0 and var count)
        {
            first = bytes.Length == 0 ? _clock.Elapsed : first;
            bytes.Write(buffer, 0, count);
        }

        Note(bytes.Length == 0 ? "no bytes" : $"first bytes {ProbeTimers.ClassOf(first)}");
        var text = asHex ? Convert.ToHexString(bytes.ToArray()) : Encoding.Latin1.GetString(bytes.ToArray());
        Note(text.Length > 8000 ? $"{Mask(text[..2000])} … {text.Length} … {text[^200..]}" : Mask(text));
        await NoteEndAsync();
    }

    /// <summary>Reads; 0 at the end, whatever it was.</summary>
    public async Task<int> ReadAsync(Memory<byte> buffer)
    {
        try
        {
            return await _stream.ReadAsync(buffer, Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return 0;
        }
    }

    public async Task NoteEndAsync()
    {
        if (_tap.End is null && !Token.IsCancellationRequested && _stream is SslStream)
        {
            // close_notify: what follows below it is told too.
            Note("close_notify");
            var rest = new byte[1024];
            _stream = _tap;
            while (await ReadAsync(rest) > 0)
            {
            }
        }

        Note($"end: {(_tap.End is null ? "still open" : _tap.End)}{(_tap.EndsWithAlert ? " behind an alert" : "")}, {ProbeTimers.ClassOf(_clock.Elapsed)}");
    }

    public static string Mask(string text) =>
        Boundary().Replace(Port().Replace(Date().Replace(text, "$1(masked)"), "$1(port)"), "(boundary)");

    public void Dispose()
    {
        _stream.Dispose();
        _tap.Dispose();
        _limit.Dispose();
    }

    [GeneratedRegex("((?:^|\n)date: )[^\r\n]*", RegexOptions.IgnoreCase)]
    private static partial Regex Date();

    [GeneratedRegex("(https?://[^:/]*:)\\d+")]
    private static partial Regex Port();

    [GeneratedRegex("0{10}\\d{10}")]
    private static partial Regex Boundary();
}
