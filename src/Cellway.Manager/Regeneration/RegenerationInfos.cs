using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Regeneration;

namespace Cellway.Manager.Regeneration;

/// <summary>Regenerations as people see them, and what both they and the planner count.</summary>
internal static class RegenerationInfos
{
    public static RegenerationInfo Of(NetworkView view, RegenerationRecord record, DateTimeOffset now) => new(
        record.Cell,
        record.Successor,
        record.Step.ToString().ToLowerInvariant(),
        record.StepSince,
        record.HeldUpBy,
        record.Incident,
        record.StartedAt,
        record.StartedBy,
        record.ReadyCores,
        ReadyCoresOf(view, record.Successor),
        record.DevicesPerSecond,
        view.Accounts.DevicesIn(record.Step == RegenerationStep.Undoing ? record.Successor : record.Cell),
        record.Moved,
        record.Grace,
        record.Step == RegenerationStep.Waiting ? record.StepSince + record.Grace : null,
        record.Step.CanBeUndone(),
        [
            .. record.Invitations.Select(i => new RegenerationParticipant(
                i.Participant,
                i.Cores,
                i.Tokens.Count(t => view.JoinTokens.TryGetValue(t, out var token) && IsOpen(token, now)),
                i.Tokens.Count(t => view.JoinTokens.TryGetValue(t, out var token) && token.Spent is not null))),
        ]);

    public static int ReadyCoresOf(NetworkView view, string cell) => view.Nodes.Values.Count(n =>
        n is { Role: Role.Core, State: NodeState.Active } && n.Cell == cell && view.Sessions.TryGetValue(n.Id, out var session) && session.Ready);

    public static bool IsOpen(JoinTokenRecord token, DateTimeOffset now) => token is { Spent: null, RevokedAt: null } && now < token.ExpiresAt;
}
