namespace Cellway.Manager.Api;

/// <summary>Another operator.</summary>
/// <param name="Id">A name; the audit log uses it.</param>
/// <param name="Request">PKCS#10, DER, of a key that its holder has made.</param>
public sealed record NewOperator(string Id, byte[] Request);

/// <summary>The caller's certificate for longer.</summary>
/// <param name="Request">PKCS#10, DER, of the key the caller has.</param>
public sealed record OperatorRenewal(byte[] Request);

/// <summary>What makes somebody an operator.</summary>
/// <param name="Id">Who.</param>
/// <param name="Certificate">DER.</param>
/// <param name="Ends">When it ends.</param>
public sealed record OperatorCertificate(string Id, byte[] Certificate, DateTimeOffset Ends);

/// <summary>An operator.</summary>
/// <param name="Id">Their name.</param>
/// <param name="State"><c>active</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Since">When their first certificate was issued.</param>
/// <param name="CertificateEnds">When the newest one ends.</param>
/// <param name="RevokedAt">When they were revoked, if they were.</param>
public sealed record OperatorInfo(string Id, string State, DateTimeOffset Since, DateTimeOffset CertificateEnds, DateTimeOffset? RevokedAt);
