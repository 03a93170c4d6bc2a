using System.Buffers;
using System.Text;

namespace Cellway.DataPlane.Http1;

/// <summary>Reads one header line by nginx 1.22's grammar.</summary>
internal static class HeaderLineReader
{
    /// <param name="input">The bytes so far, from the start of the line.</param>
    /// <param name="line">The line; its name is empty at the end of the head.</param>
    /// <param name="consumed">The line's bytes, its end included.</param>
    public static OperationStatus Read(ReadOnlySpan<byte> input, out HeaderLine line, out int consumed)
    {
        line = default;
        consumed = 0;
        if (input.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        if (input[0] is (byte)'\r' or (byte)'\n')
        {
            var end = 0;
            line = new("", "", true);
            var status = ReadEnd(input, ref end, severalReturns: false);
            consumed = status == OperationStatus.Done ? end : 0;
            return status;
        }

        if (input[0] == ':')
        {
            return OperationStatus.InvalidData;
        }

        var at = 0;
        var plain = true;
        while (at < input.Length && input[at] is not ((byte)':' or (byte)'\r' or (byte)'\n'))
        {
            if (input[at] is <= 0x20 or 0x7f)
            {
                return OperationStatus.InvalidData;
            }

            // Underscores too: nginx ignores such headers (underscores_in_headers off).
            plain &= char.IsAsciiLetterOrDigit((char)input[at]) || input[at] == '-';
            at++;
        }

        if (at == input.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        var name = Encoding.Latin1.GetString(input[..at]).ToLowerInvariant();
        if (input[at] == ':')
        {
            at++;
        }

        var start = at;
        while (at < input.Length && input[at] is not ((byte)'\r' or (byte)'\n'))
        {
            if (input[at++] == 0)
            {
                return OperationStatus.InvalidData;
            }
        }

        var value = Encoding.Latin1.GetString(input[start..at].Trim((byte)' '));
        var ended = ReadEnd(input, ref at, severalReturns: true);
        if (ended == OperationStatus.Done)
        {
            line = new(name, value, plain);
            consumed = at;
        }

        return ended;
    }

    private static OperationStatus ReadEnd(ReadOnlySpan<byte> input, ref int at, bool severalReturns)
    {
        var first = at;
        while (at < input.Length && input[at] == '\r' && (severalReturns || at == first))
        {
            at++;
        }

        return at == input.Length ? OperationStatus.NeedMoreData
            : input[at++] == '\n' ? OperationStatus.Done
            : OperationStatus.InvalidData;
    }
}
