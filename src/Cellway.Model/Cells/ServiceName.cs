using System.Security.Cryptography;

namespace Cellway.Model.Cells;

/// <summary>A gRPC service name that a hop answers to, and when.</summary>
/// <remarks>Letters, digits and dots only, and one plain path segment, so that every client asks for the same bytes (wire.md 2.2).</remarks>
public sealed record ServiceName
{
    /// <summary>How every name begins; it looks like the API of an ordinary application.</summary>
    public const string Prefix = "api.v2.rpc.";

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>From when on it is accepted.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Until when it is accepted; <see langword="null"/> until something replaces it.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>A new name of 64 random bits, accepted from <paramref name="notBefore"/> on.</summary>
    public static ServiceName New(DateTimeOffset notBefore) =>
        new() { Name = Prefix + RandomNumberGenerator.GetHexString(16, lowercase: true), NotBefore = notBefore };

    /// <summary>Whether the name is accepted at <paramref name="now"/>.</summary>
    public bool IsAccepted(DateTimeOffset now) => now >= NotBefore && (NotAfter is null || now < NotAfter);
}
