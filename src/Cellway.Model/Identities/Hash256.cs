using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Cellway.Model.Identities;

/// <summary>A SHA-256 digest as a value: of a public key, of a subscription token, of a VLESS id.</summary>
public readonly record struct Hash256
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Takes the digest's 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public Hash256(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != Length)
        {
            throw new ArgumentException($"A SHA-256 digest has {Length} bytes, not {digest.Length}.", nameof(digest));
        }

        _high = BinaryPrimitives.ReadUInt128BigEndian(digest);
        _low = BinaryPrimitives.ReadUInt128BigEndian(digest[16..]);
    }

    /// <summary>The digest of <paramref name="data"/>.</summary>
    public static Hash256 Of(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(data, digest);
        return new(digest);
    }

    /// <summary>Reads 64 hex digits, upper or lower case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out Hash256 hash)
    {
        hash = default;
        Span<byte> digest = stackalloc byte[Length];
        if (hex is not { Length: Length * 2 } || Convert.FromHexString(hex, digest, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        hash = new(digest);
        return true;
    }

    /// <summary>Reads 64 hex digits that this program has written.</summary>
    /// <exception cref="FormatException">They are not.</exception>
    public static Hash256 Parse(string hex) => TryParse(hex, out var hash) ? hash : throw new FormatException("Not a SHA-256 digest in hex.");

    /// <summary>Compares in constant time.</summary>
    public static bool FixedTimeEquals(Hash256 left, Hash256 right) =>
        CryptographicOperations.FixedTimeEquals(left.ToArray(), right.ToArray());

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var digest = new byte[Length];
        CopyTo(digest);
        return digest;
    }

    /// <summary>64 lower-case hex digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
