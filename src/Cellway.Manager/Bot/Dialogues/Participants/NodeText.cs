using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Nodes;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Dialogues.Participants;

/// <summary>A node as the bot shows it.</summary>
internal static class NodeText
{
    public static string Of(Visit visit, NodeRecord node)
    {
        var info = NodeInfos.Of(visit.Desk.Feed.Current, visit.Desk.Attached, node);
        var period = visit.View.PeriodAt(visit.Now);
        return visit.Say(
            "node",
            ("id", node.Id),
            ("role", info.Role),
            ("participant", node.Participant),
            ("cell", node.Cell ?? "—"),
            ("state", visit.Say(StateOf(info.State))),
            ("address", info.Address ?? "—"),
            ("version", info.Version ?? "—"),
            ("sessions", info.Sessions is { } sessions ? $"{sessions}" : "—"),
            ("carried", visit.Texts.Bytes(visit.View.Usage.OfCore(node.Id, period).Total)),
            ("lent", visit.Texts.Bytes(visit.View.Usage.LentByCore(node.Id, period).Total)),
            ("certificate", visit.Texts.Span(node.CertificateNotAfter - visit.Now)),
            ("since", visit.Texts.Time(node.EnrolledAt)));
    }

    public static string LabelOf(Visit visit, NodeRecord node)
    {
        var state = NodeInfos.Of(visit.View, visit.Desk.Attached, node).State;
        var mark = state switch { "ready" => "✅", "draining" => "⏸", "offline" => "⛔", _ => "⚠️" };
        return $"{mark} {node.Role.ToString().ToLowerInvariant()} {node.Id[..6]}{(node.Cell is null ? "" : $" · {node.Cell}")}";
    }

    private static string StateOf(string state) => state switch
    {
        "ready" => "node.state.ready",
        "draining" => "node.state.draining",
        "offline" => "node.state.offline",
        "out" => "node.state.out",
        "revoked" => "node.state.revoked",
        _ => "node.state.attached",
    };
}
