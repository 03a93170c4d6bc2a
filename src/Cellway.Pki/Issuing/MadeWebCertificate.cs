namespace Cellway.Pki.Issuing;

/// <summary>A certificate for domains, signed by an authority of its own.</summary>
/// <param name="Authority">PEM: what a client must be told to trust.</param>
/// <param name="Chain">PEM, the leaf first: what a server shows.</param>
/// <param name="PrivateKey">The leaf's key, PKCS#8, DER. Secret.</param>
public sealed record MadeWebCertificate(string Authority, string Chain, byte[] PrivateKey)
{
    /// <summary>Never the key: this type must not reach a log by accident.</summary>
    public override string ToString() => "MadeWebCertificate(…)";
}
