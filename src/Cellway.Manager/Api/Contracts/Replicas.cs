namespace Cellway.Manager.Api;

/// <summary>A management replica that runs.</summary>
/// <param name="Id">Its id, new at every start.</param>
/// <param name="State"><c>serving</c> or <c>stopping</c>.</param>
/// <param name="Leads">Whether it plans for all.</param>
/// <param name="Nodes">How many nodes are attached to it.</param>
/// <param name="Endpoints">Where nodes reach it.</param>
/// <param name="Admin">Where operators reach it, as it is bound.</param>
/// <param name="Version">Its software.</param>
/// <param name="Since">When it started.</param>
public sealed record ReplicaInfo(
    string Id, string State, bool Leads, int Nodes, IReadOnlyList<string> Endpoints, string Admin, string Version, DateTimeOffset Since);
