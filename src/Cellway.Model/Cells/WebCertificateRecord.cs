namespace Cellway.Model.Cells;

/// <summary>The certificate that strangers and clients see for a domain, as stored.</summary>
public sealed record WebCertificateRecord
{
    /// <summary>PEM, leaf first.</summary>
    public required string Chain { get; init; }

    /// <summary>PKCS#8, sealed with the network's seal key: reading the state gives nobody the key.</summary>
    public required byte[] SealedKey { get; init; }

    /// <summary>When the leaf ends.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>PEM of the private root that signed it, for clients that must be told; <see langword="null"/> for publicly trusted ones.</summary>
    public string? PrivateRoot { get; init; }
}
