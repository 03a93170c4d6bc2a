namespace Cellway.Manager.Bot.Talking;

/// <summary>What each role can begin with, in the order of use.</summary>
internal static class MainMenu
{
    private static readonly (Roles For, string Label, string Dialogue)[] Items =
    [
        (Roles.Operator, "menu.requests", "or"),
        (Roles.Operator, "menu.threads", "pt"),
        (Roles.Operator, "menu.incidents", "oi"),
        (Roles.Operator, "menu.cells", "oc"),
        (Roles.Operator, "menu.all-nodes", "oe"),
        (Roles.Operator, "menu.people", "op"),
        (Roles.Operator, "menu.tokens", "ot"),
        (Roles.Operator, "menu.broadcast", "pb"),
        (Roles.User, "menu.devices", "dl"),
        (Roles.User, "menu.usage", "us"),
        (Roles.Participant, "menu.nodes", "nl"),
        (Roles.Participant, "menu.token", "jt"),
        (Roles.Participant, "menu.reserve", "rv"),
        (Roles.Guest, "menu.request", "ar"),
        (Roles.Guest, "menu.trial", "tr"),
        (Roles.Guest, "menu.status", "rs"),
        (Roles.User | Roles.Participant, "menu.network", "ns"),
        (Roles.Guest | Roles.User | Roles.Participant, "menu.support", "sp"),
        (Roles.Everybody, "menu.language", "lg"),
        (Roles.Everybody, "menu.help", "hp"),
    ];

    public static IEnumerable<(string Label, string Dialogue)> ItemsFor(Visit visit)
    {
        var roles = visit.Operator is not null && visit.Roles.HasFlag(Roles.Guest) ? Roles.Operator : visit.Roles; // who operates needs no access to ask for
        return Items.Where(i => (i.For & roles) != 0 && (i.Dialogue != "tr" || visit.Desk.Options.Trials > 0)).Select(i => (i.Label, i.Dialogue));
    }
}
