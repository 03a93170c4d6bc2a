namespace Cellway.Manager.Api;

/// <summary>A machine that is to join the operator's Kubernetes cluster.</summary>
/// <param name="Participant">Whose it is.</param>
public sealed record NewWorker(string Participant);

/// <summary>A way in for one machine, shown once.</summary>
/// <param name="Command">What the participant runs on it; it holds the token.</param>
/// <param name="Info">What the network keeps of it.</param>
public sealed record CreatedWorker(string Command, WorkerInfo Info);

/// <summary>A participant's machine in the operator's Kubernetes cluster.</summary>
/// <param name="Id">Its token's public half.</param>
/// <param name="Node">What the Kubernetes node is called.</param>
/// <param name="Participant">Whose it is.</param>
/// <param name="State"><c>open</c> (may join), <c>expired</c>, <c>joined</c> or <c>removed</c>.</param>
/// <param name="ExpiresAt">Until when it may join.</param>
/// <param name="JoinedAt">When it did.</param>
public sealed record WorkerInfo(string Id, string Node, string Participant, string State, DateTimeOffset ExpiresAt, DateTimeOffset? JoinedAt);

/// <summary>A machine that has been taken out.</summary>
/// <param name="Id">The node, or what the worker's Kubernetes node is called.</param>
/// <param name="RevokedNodes">How many nodes were revoked with it.</param>
public sealed record RemovedNode(string Id, int RevokedNodes);
