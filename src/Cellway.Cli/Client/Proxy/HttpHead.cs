using System.Buffers;
using System.Text;

namespace Cellway.Cli.Client.Proxy;

/// <summary>The first line and the headers of an HTTP/1.1 message (RFC 9112).</summary>
/// <param name="FirstLine">The request line or the status line.</param>
/// <param name="Headers">Names and values, in order, values trimmed.</param>
internal sealed record HttpHead(string FirstLine, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Twice what common servers accept.</summary>
    public const int MaxBytes = 32 * 1024;

    private static readonly SearchValues<char> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] s_hopByHop =
        ["Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authorization", "Proxy-Authenticate", "TE", "Upgrade"];

    /// <summary>Reads one, up to and with the empty line; takes nothing while it is incomplete.</summary>
    /// <remarks>Lines end in CR LF and are never folded: whoever reads them otherwise sees another message than the next hop.</remarks>
    public static OperationStatus Read(
        in ReadOnlySequence<byte> input, out HttpHead? head, out SequencePosition consumed, out HttpProxyFault fault)
    {
        head = null;
        consumed = input.Start;
        fault = HttpProxyFault.None;
        var reader = new SequenceReader<byte>(input);
        string? firstLine = null;
        List<KeyValuePair<string, string>> headers = [];
        while (reader.TryReadTo(out ReadOnlySequence<byte> raw, (byte)'\n'))
        {
            if (reader.Consumed > MaxBytes)
            {
                fault = HttpProxyFault.TooLarge;
                return OperationStatus.InvalidData;
            }

            var line = Encoding.Latin1.GetString(raw);
            if (!line.EndsWith('\r') || line.AsSpan(0, line.Length - 1).ContainsAny('\r', '\0'))
            {
                fault = HttpProxyFault.Malformed;
                return OperationStatus.InvalidData;
            }

            line = line[..^1];
            if (firstLine is null)
            {
                firstLine = line;
            }
            else if (line.Length == 0)
            {
                head = new(firstLine, headers);
                consumed = reader.Position;
                return OperationStatus.Done;
            }
            else if (TryReadHeader(line, out var header))
            {
                headers.Add(header);
            }
            else
            {
                fault = HttpProxyFault.Malformed;
                return OperationStatus.InvalidData;
            }
        }

        fault = input.Length >= MaxBytes ? HttpProxyFault.TooLarge : HttpProxyFault.None;
        return fault is HttpProxyFault.None ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
    }

    /// <summary>The values of a header.</summary>
    public IEnumerable<string> Values(string name) =>
        Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <summary>The head for the next hop, which is to close after this message.</summary>
    /// <param name="firstLine">Its first line.</param>
    /// <param name="host">Its Host header; <see langword="null"/> in a response.</param>
    /// <remarks>No Via, though RFC 9110 wants one: it would tell every web site how its visitor came.</remarks>
    public byte[] ForNextHop(string firstLine, string? host)
    {
        var named = Values("Connection").SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries));
        var dropped = s_hopByHop.Concat(named).ToHashSet(StringComparer.OrdinalIgnoreCase);
        dropped.Remove("Transfer-Encoding"); // the body is passed on in the encoding in which it came
        dropped.Remove("Content-Length");
        var text = new StringBuilder(firstLine).Append("\r\n");
        if (host is not null)
        {
            dropped.Add("Host");
            text.Append("Host: ").Append(host).Append("\r\n");
        }

        foreach (var (name, value) in Headers.Where(h => !dropped.Contains(h.Key)))
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(text.Append("Connection: close\r\n\r\n").ToString());
    }

    /// <summary>Whether a text is a token, as methods and header names are.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(s_token);

    private static bool TryReadHeader(string line, out KeyValuePair<string, string> header)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        header = colon < 0 ? default : new(line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
        return colon > 0 && IsToken(header.Key);
    }
}
