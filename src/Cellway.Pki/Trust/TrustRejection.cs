namespace Cellway.Pki.Trust;

/// <summary>Why a certificate is not believed.</summary>
public enum TrustRejection
{
    /// <summary>It is believed.</summary>
    None,

    /// <summary>No certificate was shown.</summary>
    Missing,

    /// <summary>No root of this network signed it.</summary>
    Untrusted,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not begun: this machine's clock or the issuer's is wrong.</summary>
    NotYetValid,

    /// <summary>Its key has been revoked.</summary>
    Revoked,

    /// <summary>It names another network.</summary>
    WrongNetwork,

    /// <summary>Its holder's role is not one that may do this.</summary>
    WrongRole,

    /// <summary>It does not name exactly one canonical identity, or is not for this side of a connection.</summary>
    Malformed,
}
