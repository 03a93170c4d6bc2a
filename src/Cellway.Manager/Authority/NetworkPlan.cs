using Cellway.Manager.Api;
using Cellway.Model.Identities;

namespace Cellway.Manager.Authority;

/// <summary>What a new network is to be.</summary>
/// <param name="Name">The operator's name for it, shown to people.</param>
/// <param name="FirstCell">Its first cell.</param>
public sealed record NetworkPlan(string Name, NewCell FirstCell);

/// <summary>What the first operator gets of a new network.</summary>
/// <param name="Network">Its id.</param>
/// <param name="OperatorIdentity">Who the operator is.</param>
/// <param name="OperatorCertificate">DER.</param>
/// <param name="Root">DER.</param>
/// <param name="RootKeyHash">The pin of join tokens.</param>
public sealed record CreatedNetwork(string Network, string OperatorIdentity, byte[] OperatorCertificate, byte[] Root, Hash256 RootKeyHash);
