using Cellway.Model.Audit;
using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Manager.Audit;

/// <summary>How an act comes into the audit log: with its own transaction, so that neither is ever there without the other.</summary>
/// <remarks>Under a key of its own, so that writers never wait for each other; the leader makes the chain (<see cref="AuditPlanner"/>).</remarks>
internal static class AuditWrites
{
    public static StateTransaction Note(this StateTransaction transaction, StateKeys keys, AuditAct act) =>
        transaction.Create(keys.AuditPending(Names.NewId()), StateJson.Write(act with { Detail = Shortened(act.Detail) }));

    private static string? Shortened(string? detail) => detail is { Length: > AuditAct.MaxDetail } ? detail[..AuditAct.MaxDetail] : detail;
}
