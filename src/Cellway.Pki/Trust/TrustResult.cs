using System.Diagnostics.CodeAnalysis;
using Cellway.Model.Identities;

namespace Cellway.Pki.Trust;

/// <summary>Whom a certificate speaks for, or why it is not believed.</summary>
/// <param name="Identity">The holder; null when rejected.</param>
/// <param name="Rejection">Why not.</param>
public readonly record struct TrustResult(Identity? Identity, TrustRejection Rejection)
{
    /// <summary>Whether the certificate is believed.</summary>
    [MemberNotNullWhen(true, nameof(Identity))]
    public bool IsTrusted => Identity is not null && Rejection == TrustRejection.None;

    /// <summary>A certificate that is believed.</summary>
    public static TrustResult Trusted(Identity identity) => new(identity, TrustRejection.None);

    /// <summary>A certificate that is not.</summary>
    public static TrustResult Rejected(TrustRejection reason) => new(null, reason);
}
