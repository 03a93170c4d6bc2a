namespace Cellway.Pki.Issuing;

/// <summary>Why a certificate request is refused.</summary>
public enum CertificateRequestFault
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>It has more bytes than <see cref="CertificateRequestReader.MaxLength"/>.</summary>
    TooLong,

    /// <summary>It is no PKCS#10 request in DER, or something follows it.</summary>
    Malformed,

    /// <summary>Its key is not ECDSA on P-256.</summary>
    WrongKey,

    /// <summary>It is not signed with its own key, so the sender may not hold it.</summary>
    NotProven,
}
