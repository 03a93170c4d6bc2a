using Cellway.Manager.Bot.Talking;
using Cellway.Model.Cells;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary><c>/network</c>: how the network is, in plain words, and what to do if it is not well.</summary>
internal sealed class NetworkDialogue : Dialogue
{
    public override string Id => "ns";

    public override string Command => "network";

    public override Roles For => Roles.User | Roles.Participant | Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var view = visit.View;
        var homes = visit.Account.User is { } user
            ? view.Accounts.AllDevicesOf(user).Select(d => d.Row.Cell).ToHashSet(StringComparer.Ordinal)
            : view.Cells.Keys.ToHashSet(StringComparer.Ordinal);
        var cells = view.Cells.Values.Where(c => homes.Contains(c.Id) && c.State != CellState.Retired).ToList();
        var devices = visit.Account.User is { } own ? view.Accounts.AllDevicesOf(own).Select(d => d.Row).Where(d => d is { Disabled: false, UserAllowed: true, Spent: false }).ToList() : [];
        var key = devices.Count > 0 && !devices.Any(d => visit.Desk.Routes.RoutesFor(view, d).Length > 0) ? "network.down"
            : cells.Any(c => c.EntryBlockedSince is not null) ? "network.entry-blocked"
            : cells.Any(c => c.ExitBlockedSince is not null || c.State == CellState.Compromised) ? "network.moved"
            : view.Incidents.Values.Any(i => homes.Contains(i.Cell) && i.State == IncidentState.Open) ? "network.troubled"
            : "network.well";
        return Task.FromResult(new Reply(visit.Say(key), [[visit.To("menu.support", "sp")], [visit.To("button.menu", "mn")]]));
    }
}
