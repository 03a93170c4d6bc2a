using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Cellway.Model.Identities;

namespace Cellway.Model.Devices;

/// <summary>The secret in a subscription URL. It exists only there: the network stores its hash. Never logged.</summary>
public sealed class SubscriptionToken
{
    private const int Bytes = 20; // 160 bits
    private const int Characters = (Bytes * 8 + 5) / 6; // in a URL: 27

    private readonly byte[] _secret;

    private SubscriptionToken(byte[] secret) => _secret = secret;

    /// <summary>The random bytes.</summary>
    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>A new one of 160 random bits.</summary>
    public static SubscriptionToken New() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Reads the canonical base64url text.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SubscriptionToken? token)
    {
        token = null;
        Span<byte> secret = stackalloc byte[Bytes];
        Span<char> canonical = stackalloc char[Characters];
        if (text is not { Length: Characters }
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, secret, out var written)
            || written != Bytes
            || !Base64Url.TryEncodeToChars(secret, canonical, out _)
            || !text.AsSpan().SequenceEqual(canonical)) // other bits in the unused tail of the last character: one token, one text
        {
            return false;
        }

        token = new(secret.ToArray());
        return true;
    }

    /// <summary>What the network stores of it.</summary>
    public Hash256 Hash() => Hash256.Of(_secret);

    /// <summary>The text that goes into the URL.</summary>
    public string Reveal() => Base64Url.EncodeToString(_secret);

    /// <summary>Never the value: this type must not reach a log by accident.</summary>
    public override string ToString() => "SubscriptionToken(…)";
}
