using System.Security.Cryptography;
using Cellway.Model.Identities;

namespace Cellway.Model.Devices;

/// <summary>A device's credential on the wire: 16 bytes in the order of the UUID's text (wire.md 1.2). Secret; never stored, never logged.</summary>
public readonly record struct VlessId
{
    private readonly Guid _value;

    private VlessId(Guid value) => _value = value;

    /// <summary>The id that belongs to a subscription token, as a version 4 UUID.</summary>
    /// <remarks>HKDF with a purpose of its own, so that neither the token's stored hash nor another derivation gives it away.</remarks>
    public static VlessId Of(SubscriptionToken token)
    {
        Span<byte> id = stackalloc byte[16];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, token.Secret, id, salt: [], info: "cellway vless id v1"u8);
        id[6] = (byte)((id[6] & 0x0f) | 0x40);
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new(new Guid(id, bigEndian: true));
    }

    /// <summary>What the network stores of an id, and what an Entry asks for: SHA-256 with bytes 6 and 7 zeroed, because Xray clients may put a routing hint there.</summary>
    /// <param name="id">The 16 bytes as received.</param>
    public static Hash256 HashOf(ReadOnlySpan<byte> id)
    {
        Span<byte> masked = stackalloc byte[16];
        id.CopyTo(masked);
        masked[6] = masked[7] = 0;
        return Hash256.Of(masked);
    }

    /// <summary>See <see cref="HashOf(ReadOnlySpan{byte})"/>.</summary>
    public Hash256 Hash()
    {
        Span<byte> id = stackalloc byte[16];
        _value.TryWriteBytes(id, bigEndian: true, out _);
        return HashOf(id);
    }

    /// <summary>The UUID's text, for the device's own configuration only.</summary>
    public string Reveal() => _value.ToString("D");

    /// <summary>Never the value: this type must not reach a log by accident.</summary>
    public override string ToString() => "VlessId(…)";
}
