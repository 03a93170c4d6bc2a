using System.Security.Cryptography;
using System.Text;

namespace Cellway.Cli.Client.Links;

/// <summary>The 16 bytes that a user id's text stands for (wire.md 1.2).</summary>
internal static class UserId
{
    private const int LongestShortText = 30;

    /// <summary>Reads a UUID, hyphens optional, in the order in which it is printed; or maps a short text as Xray does.</summary>
    public static bool TryRead(string text, Span<byte> id)
    {
        if (Guid.TryParseExact(text, "D", out var uuid) || Guid.TryParseExact(text, "N", out uuid))
        {
            return uuid.TryWriteBytes(id, bigEndian: true, out _);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length is 0 or > LongestShortText)
        {
            return false;
        }

        Map(bytes, id);
        return true;
    }

    /// <summary>RFC 4122 version 5 in the nil namespace. SHA-1 is what that says; nothing rests on its strength.</summary>
    private static void Map(byte[] text, Span<byte> id)
    {
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // see the summary
        SHA1.HashData([.. new byte[16], .. text], digest);
#pragma warning restore CA5350
        digest[..16].CopyTo(id);
        id[6] = (byte)((id[6] & 0x0f) | 0x50);
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
    }
}
