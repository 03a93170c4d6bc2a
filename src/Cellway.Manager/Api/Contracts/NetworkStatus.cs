namespace Cellway.Manager.Api;

/// <summary>The network at a glance.</summary>
/// <param name="Network">Its id.</param>
/// <param name="Name">The operator's name for it.</param>
/// <param name="Version">This replica's software.</param>
/// <param name="Revision">Of the state.</param>
/// <param name="Cells">All cells.</param>
/// <param name="Nodes">All nodes that are not revoked.</param>
/// <param name="Users">How many.</param>
/// <param name="Devices">How many.</param>
/// <param name="Incidents">Those that are not closed, the newest first.</param>
/// <param name="Unreadable">Keys of records that cannot be read, and count as missing until a person has seen to them.</param>
public sealed record NetworkStatus(
    string Network, string Name, string Version, long Revision, IReadOnlyList<CellInfo> Cells, IReadOnlyList<NodeInfo> Nodes, int Users, int Devices,
    IReadOnlyList<IncidentInfo> Incidents, IReadOnlyList<string> Unreadable);

/// <summary>Why an admin request failed.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people: one line that says what to do.</param>
public sealed record AdminError(string Code, string Message);
