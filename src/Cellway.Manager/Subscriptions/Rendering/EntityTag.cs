using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Model.Contracts;

namespace Cellway.Manager.Subscriptions.Rendering;

/// <summary>Strong entity tags: other bytes, another tag. Computed from what a body is made of, so that a 304 renders none.</summary>
internal static class EntityTag
{
    private const int Bytes = 12;

    public static string Of(Template template, DeviceSecrets secrets, ContentCoding coding)
    {
        Span<byte> parts = stackalloc byte[512];
        template.Digest.CopyTo(parts);
        var length = template.Digest.Length;
        parts[length++] = (byte)coding;
        length += Encoding.ASCII.GetBytes(secrets.Token, parts[length..]); // the id is made of it
        if (template.HasUsage)
        {
            length += Encoding.ASCII.GetBytes(secrets.Usage, parts[length..]);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(parts[..length], digest);
        Span<char> text = stackalloc char[(Bytes / 3 * 4) + 2];
        Base64Url.EncodeToChars(digest[..Bytes], text[1..^1]);
        text[0] = text[^1] = '"';
        return new(text);
    }

    /// <summary>Whether If-None-Match names the tag (RFC 9110, 13.1.2).</summary>
    public static bool Matches(ReadOnlySpan<char> ifNoneMatch, ReadOnlySpan<char> tag)
    {
        foreach (var range in ifNoneMatch.Split(','))
        {
            var candidate = ifNoneMatch[range].Trim();
            candidate = candidate.StartsWith("W/") ? candidate[2..] : candidate;
            if (candidate is "*" || candidate.SequenceEqual(tag))
            {
                return true;
            }
        }

        return false;
    }
}
