using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Cellway.Model.Identities;

/// <summary>The one alphabet of ids and names that end up in keys, URIs and file names.</summary>
public static class Names
{
    /// <summary>The most characters an id may have. A DNS label's limit, so that an id can be one.</summary>
    public const int MaxLength = 63;

    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Whether <paramref name="id"/> is 1 to 63 of <c>a–z 0–9 -</c>, with no hyphen at either end.</summary>
    public static bool IsId([NotNullWhen(true)] string? id)
    {
        if (id is not { Length: > 0 and <= MaxLength } || id[0] == '-' || id[^1] == '-')
        {
            return false;
        }

        foreach (var c in id)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether <paramref name="name"/> can be a DNS name: dotted ids, 253 characters at most (RFC 1035), lower case.</summary>
    /// <remarks>The last label is not a number: what ends in one is read as an address (RFC 3696, 2).</remarks>
    public static bool IsDomain([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= 253 } && name.Contains('.', StringComparison.Ordinal) && Array.TrueForAll(name.Split('.'), IsId)
        && !name[(name.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit);

    /// <summary>A new id of 80 random bits: 16 characters of base 32.</summary>
    public static string NewId() => RandomNumberGenerator.GetString(IdAlphabet, 16);
}
