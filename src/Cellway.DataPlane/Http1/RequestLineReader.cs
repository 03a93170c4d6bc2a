using System.Buffers;
using System.Net;
using System.Text;

namespace Cellway.DataPlane.Http1;

/// <summary>Reads a request line by nginx 1.22's grammar: which byte is junk, and when that is told, is visible to probes.</summary>
internal static class RequestLineReader
{
    private static ReadOnlySpan<byte> Protocol => "HTTP/"u8;

    /// <param name="input">The bytes so far, from the start of the request.</param>
    /// <param name="line">The line.</param>
    /// <param name="consumed">The line's bytes, blank lines before it and its end included.</param>
    /// <param name="fault">What a refusal is answered with.</param>
    public static OperationStatus Read(ReadOnlySpan<byte> input, out RequestLine line, out int consumed, out Http1Fault fault)
    {
        line = default;
        consumed = 0;
        fault = new(HttpStatusCode.BadRequest);
        var at = 0;
        while (at < input.Length && input[at] is (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        var start = at;
        while (at < input.Length && input[at] is (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or (byte)'-')
        {
            at++;
        }

        if (at == input.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        if (input[at] != ' ' || at == start)
        {
            return OperationStatus.InvalidData;
        }

        var method = Encoding.ASCII.GetString(input[start..at]);
        var status = ReadTarget(input, ref at, out var target, out var host);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        status = ReadVersion(input, ref at, ref fault, out var version);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        if (version == HttpVersion.Http09 && method != "GET")
        {
            fault = fault with { WithoutHead = true };
            return OperationStatus.InvalidData;
        }

        consumed = at;
        line = new(method, target, host, version);
        return OperationStatus.Done;
    }

    private static OperationStatus ReadTarget(ReadOnlySpan<byte> input, ref int at, out string target, out string? host)
    {
        target = "/";
        host = null;
        SkipSpaces(input, ref at);
        if (at == input.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        if (input[at] != '/')
        {
            var status = ReadAuthority(input, ref at, out host);
            if (status != OperationStatus.Done || input[at] == ' ')
            {
                return status;
            }
        }

        var start = at;
        while (at < input.Length && input[at] is not ((byte)' ' or (byte)'\r' or (byte)'\n'))
        {
            if (input[at] is < 0x20 or 0x7f)
            {
                return OperationStatus.InvalidData;
            }

            at++;
        }

        target = Encoding.Latin1.GetString(input[start..at]);
        target = target.StartsWith('?') ? "/" + target : target; // http://host?query
        return at == input.Length ? OperationStatus.NeedMoreData : OperationStatus.Done;
    }

    /// <summary>scheme://host[:port], up to the byte behind it: a slash, a question mark or a space.</summary>
    private static OperationStatus ReadAuthority(ReadOnlySpan<byte> input, ref int at, out string? host)
    {
        host = null;
        var start = at;
        while (at < input.Length && (char.IsAsciiLetter((char)input[at]) || (at > start && (char.IsAsciiDigit((char)input[at]) || input[at] is (byte)'+' or (byte)'-' or (byte)'.'))))
        {
            at++;
        }

        if (at < input.Length && at == start)
        {
            return OperationStatus.InvalidData;
        }

        foreach (var expected in "://"u8)
        {
            if (at == input.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            if (input[at++] != expected)
            {
                return OperationStatus.InvalidData;
            }
        }

        start = at;
        if (at < input.Length && input[at] == '[')
        {
            while (at < input.Length && input[at] != ']')
            {
                if (at > start && !(char.IsAsciiHexDigit((char)input[at]) || char.IsAsciiLetter((char)input[at]) || input[at] is (byte)':' or (byte)'.' or (byte)'-' or (byte)'_' or (byte)'~'))
                {
                    return OperationStatus.InvalidData;
                }

                at++;
            }

            at = Math.Min(at + 1, input.Length);
        }
        else
        {
            while (at < input.Length && (char.IsAsciiLetterOrDigit((char)input[at]) || input[at] is (byte)'.' or (byte)'-'))
            {
                at++;
            }
        }

        if (at < input.Length && input[at] == ':')
        {
            at++;
            while (at < input.Length && char.IsAsciiDigit((char)input[at]))
            {
                at++;
            }
        }

        if (at == input.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        host = Encoding.ASCII.GetString(input[start..at]);
        return input[at] is (byte)'/' or (byte)'?' or (byte)' ' ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    private static OperationStatus ReadVersion(ReadOnlySpan<byte> input, ref int at, ref Http1Fault fault, out HttpVersion version)
    {
        version = HttpVersion.Http09;
        SkipSpaces(input, ref at);
        if (at < input.Length && input[at] is (byte)'\r' or (byte)'\n')
        {
            return ReadEnd(input, ref at);
        }

        foreach (var expected in Protocol)
        {
            if (at == input.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            if (input[at++] != expected)
            {
                return OperationStatus.InvalidData;
            }
        }

        var major = 0;
        var digits = 0;
        for (; at < input.Length && char.IsAsciiDigit((char)input[at]); at++, digits++)
        {
            major = (major * 10) + input[at] - '0';
            if (digits == 0 && major == 0)
            {
                return OperationStatus.InvalidData;
            }

            if (major > 1)
            {
                fault = new(HttpStatusCode.HttpVersionNotSupported);
                return OperationStatus.InvalidData;
            }
        }

        if (at == input.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        if (digits == 0 || input[at++] != '.')
        {
            return OperationStatus.InvalidData;
        }

        var minor = 0;
        for (digits = 0; at < input.Length && char.IsAsciiDigit((char)input[at]); at++, digits++)
        {
            minor = (minor * 10) + input[at] - '0';
            if (minor > 99)
            {
                return OperationStatus.InvalidData;
            }
        }

        if (at < input.Length && digits == 0)
        {
            return OperationStatus.InvalidData;
        }

        SkipSpaces(input, ref at);
        version = minor == 0 ? HttpVersion.Http10 : HttpVersion.Http11;
        return ReadEnd(input, ref at);
    }

    private static OperationStatus ReadEnd(ReadOnlySpan<byte> input, ref int at)
    {
        if (at < input.Length && input[at] == '\r')
        {
            at++;
        }

        return at == input.Length ? OperationStatus.NeedMoreData
            : input[at++] == '\n' ? OperationStatus.Done
            : OperationStatus.InvalidData;
    }

    private static void SkipSpaces(ReadOnlySpan<byte> input, ref int at)
    {
        while (at < input.Length && input[at] == ' ')
        {
            at++;
        }
    }
}
