using Cellway.Manager.Api;
using Cellway.Model.Identities;

namespace Cellway.Manager.Authority;

/// <summary>What a new network is to be.</summary>
/// <param name="Name">The operator's name for it, shown to people.</param>
/// <param name="FirstCell">Its first cell.</param>
/// <param name="PeriodDay">The day of the month, 1 to 28, on which periods of accounting begin.</param>
public sealed record NetworkPlan(string Name, NewCell FirstCell, int PeriodDay = 1);

/// <summary>What the first operator gets of a new network.</summary>
/// <param name="Network">Its id.</param>
/// <param name="OperatorIdentity">Who the operator is.</param>
/// <param name="OperatorCertificate">DER.</param>
/// <param name="Root">DER.</param>
/// <param name="RootKeyHash">The pin of join tokens.</param>
public sealed record CreatedNetwork(string Network, string OperatorIdentity, byte[] OperatorCertificate, byte[] Root, Hash256 RootKeyHash);
