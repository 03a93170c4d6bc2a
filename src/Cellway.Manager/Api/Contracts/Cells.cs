namespace Cellway.Manager.Api;

/// <summary>A cell to make.</summary>
/// <param name="Id">Its name: 1 to 63 of a–z, 0–9 and hyphens.</param>
/// <param name="EntryDomain">What clients will send as SNI.</param>
/// <param name="ExitDomain">What Entries will send as SNI.</param>
/// <param name="EntryAddresses">Where clients reach the entry layer, host:port; empty for the entry domain, port 443.</param>
public sealed record NewCell(string Id, string EntryDomain, string ExitDomain, IReadOnlyList<string>? EntryAddresses = null);

/// <summary>A change to a cell; what is null stays.</summary>
/// <param name="State"><c>forming</c>, <c>active</c>, <c>compromised</c> or <c>retired</c>.</param>
/// <param name="EntryAddresses">See <see cref="NewCell"/>.</param>
/// <param name="Transports">What clients are told to speak, the best first: <c>grpc</c>, <c>websocket</c>; empty for the default.</param>
/// <param name="Fingerprints">Browsers that clients are told to imitate, mixed over the devices; empty for the default.</param>
public sealed record CellChange(
    string? State = null, IReadOnlyList<string>? EntryAddresses = null, IReadOnlyList<string>? Transports = null, IReadOnlyList<string>? Fingerprints = null);

/// <summary>A certificate for one of a cell's two domains.</summary>
/// <param name="Chain">PEM, leaf first.</param>
/// <param name="PrivateKey">PEM.</param>
public sealed record NewWebCertificate(string Chain, string PrivateKey);

/// <summary>A cell as people see it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="EntryDomain">What clients send as SNI.</param>
/// <param name="ExitDomain">What Entries send as SNI.</param>
/// <param name="EntryAddresses">Where clients reach the entry layer.</param>
/// <param name="EntryCertificateEnds">When the entry domain's certificate ends.</param>
/// <param name="ExitCertificateEnds">When the exit domain's certificate ends.</param>
/// <param name="PrivateRoot">PEM of the private root of the entry domain's certificate, if it has one.</param>
/// <param name="Cores">Cores of this cell.</param>
/// <param name="ReadyCores">Those that can carry traffic now.</param>
/// <param name="Devices">Devices at home here.</param>
/// <param name="ExitBlockedSince">Since when the exit domain is blocked; null while it is not.</param>
/// <param name="EntryBlockedSince">The same of the entry domain.</param>
public sealed record CellInfo(
    string Id, string State, string EntryDomain, string ExitDomain, IReadOnlyList<string> EntryAddresses,
    DateTimeOffset EntryCertificateEnds, DateTimeOffset ExitCertificateEnds, string? PrivateRoot, int Cores, int ReadyCores, int Devices,
    DateTimeOffset? ExitBlockedSince = null, DateTimeOffset? EntryBlockedSince = null);
