namespace Cellway.Manager.Api;

/// <summary>A join token to make.</summary>
/// <param name="Participant">Whose node it admits.</param>
/// <param name="Role"><c>core</c> or <c>entry</c>.</param>
/// <param name="Cell">The cell it joins; required for a Core, null for an Entry of every cell.</param>
/// <param name="Lifetime">How long it can be spent, 1 second to 7 days; null for 24 hours.</param>
public sealed record NewToken(string Participant, string Role, string? Cell = null, TimeSpan? Lifetime = null);

/// <summary>A new join token, shown once.</summary>
/// <param name="Token">What the node is started with.</param>
/// <param name="Info">What the network keeps of it.</param>
public sealed record CreatedToken(string Token, TokenInfo Info);

/// <summary>A join token without its secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Participant">Whose node it admits.</param>
/// <param name="Role"><c>core</c> or <c>entry</c>.</param>
/// <param name="Cell">The cell it joins; null for every cell.</param>
/// <param name="State"><c>open</c>, <c>spent</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Node">The node it admitted, once spent.</param>
/// <param name="ExpiresAt">From when on it is refused.</param>
public sealed record TokenInfo(string Id, string Participant, string Role, string? Cell, string State, string? Node, DateTimeOffset ExpiresAt);

/// <summary>A node.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Role"><c>core</c> or <c>entry</c>.</param>
/// <param name="Participant">Who brought it.</param>
/// <param name="Cell">Its cell; null for an Entry of every cell.</param>
/// <param name="State"><c>ready</c>, <c>attached</c> (a Core not yet probed), <c>out</c> (Entries do not reach it, or it has not settled since), <c>offline</c>, <c>draining</c> or <c>revoked</c>.</param>
/// <param name="Address">Where it serves, when attached.</param>
/// <param name="Version">Its software, when attached.</param>
/// <param name="Sessions">Sessions it carries, if this replica hears it.</param>
/// <param name="Detail">What its last probe said, if it failed.</param>
/// <param name="CertificateEnds">When its certificate ends.</param>
/// <param name="EnrolledAt">When it enrolled.</param>
public sealed record NodeInfo(
    string Id, string Role, string Participant, string? Cell, string State, string? Address, string? Version, uint? Sessions, string? Detail,
    DateTimeOffset CertificateEnds, DateTimeOffset EnrolledAt);
