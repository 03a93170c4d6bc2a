using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Cellway.Model.State;

namespace Cellway.Manager.Backups.Format;

/// <summary>A record as a line that people and their programs can read: <c>key, tab, value</c>; or <c>key, tab, tab, base64</c> where the value would not fit a line.</summary>
internal static class BackupLines
{
    /// <summary>The longest line: the longest key and the longest value, in base64.</summary>
    public const int MaxLength = (2 << 20) + 1024;

    private const byte Tab = (byte)'\t';
    private const byte End = (byte)'\n';

    public static void Write(IBufferWriter<byte> to, string key, ReadOnlySpan<byte> value)
    {
        var line = to.GetSpan(key.Length + 3 + Base64.GetMaxEncodedToUtf8Length(value.Length));
        var length = Encoding.ASCII.GetBytes(key, line);
        line[length++] = Tab;
        if (value is [Tab, ..] || value.Contains(End))
        {
            line[length++] = Tab;
            Base64.EncodeToUtf8(value, line[length..], out _, out var written);
            length += written;
        }
        else
        {
            value.CopyTo(line[length..]);
            length += value.Length;
        }

        line[length++] = End;
        to.Advance(length);
    }

    /// <exception cref="BackupException">It is no record.</exception>
    public static StateWrite Read(ReadOnlySpan<byte> line)
    {
        var tab = line.IndexOf(Tab);
        if (tab <= 0)
        {
            throw BackupException.Damaged();
        }

        var key = Encoding.ASCII.GetString(line[..tab]);
        var value = line[(tab + 1)..];
        return value is [Tab, ..] ? new(key, Decode(value[1..]), 0) : new(key, value.ToArray(), 0);
    }

    private static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var value = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, value, out var read, out var written) == OperationStatus.Done && read == text.Length
            ? value[..written]
            : throw BackupException.Damaged();
    }
}
