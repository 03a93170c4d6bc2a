using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway incident</c></summary>
internal static class IncidentCommand
{
    public static Command Create() => new("incident", "Incidents: domains that are blocked, cells that are compromised") { List(), One(), Close() };

    public static void ShowOne(IncidentInfo incident)
    {
        AnsiConsole.WriteLine($"{incident.Id}: {incident.Kind}, {incident.State} since {Printer.Time(incident.StateSince)}{(incident.HeldByOperator ? ", until an operator ends it" : "")}");
        AnsiConsole.WriteLine($"cell {incident.Cell}{(incident.Domain is null ? "" : $", {incident.Subject} domain {incident.Domain}")}, since {Printer.Time(incident.BeganAt)}");
        AnsiConsole.WriteLine(incident.Explanation);
        if (incident.Witnesses.Count > 0)
        {
            Printer.Table(
                incident.Witnesses,
                "",
                ("entry", w => w.Entry),
                ("network", w => w.Network),
                ("saw", w => w.Saw),
                ("since", w => Printer.Time(w.Since)),
                ("affected", w => w.Affected ? "yes" : "no"));
        }

        Printer.Table(incident.Timeline, "Nothing has happened yet.", ("at", e => Printer.Time(e.At)), ("by", e => e.By), ("what", e => e.What));
        if (incident.OmittedEvents > 0)
        {
            AnsiConsole.WriteLine($"{incident.OmittedEvents} events after the first ones are left out.");
        }
    }

    internal static void Show(IReadOnlyList<IncidentInfo> incidents) => Printer.Table(
        incidents,
        "There is no incident. Those that are closed: “cellway incident list --all”.",
        ("incident", i => i.Id),
        ("state", i => i.State),
        ("what", i => i.Kind),
        ("cell", i => i.Cell),
        ("of it", i => i.Domain ?? "the cell"),
        ("since", i => Printer.Time(i.BeganAt)),
        ("last event", i => i.Timeline.Count == 0 ? null : i.Timeline[^1].What));

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "Closed ones too" };
        var command = new Command("list", "Show what goes on") { all };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var incidents = await client.GetAsync(parsed.GetValue(all) ? "incidents?all=true" : "incidents", AdminJson.Default.IReadOnlyListIncidentInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(incidents, AdminJson.Default.IReadOnlyListIncidentInfo, Show);
        });
        return command;
    }

    private static Command One()
    {
        var id = new Argument<string>("incident") { Description = "Its id, as in “cellway incident list”" };
        var command = new Command("show", "Show which Entries saw what, and everything that has happened since") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var incident = await client.GetAsync($"incidents/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", AdminJson.Default.IncidentInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(incident, AdminJson.Default.IncidentInfo, ShowOne);
        });
        return command;
    }

    private static Command Close()
    {
        var id = new Argument<string>("incident") { Description = "Its id, as in “cellway incident list”" };
        var note = new Option<string?>("--note") { Description = "Why, in one line" };
        var command = new Command("close", "Say that an incident is over; what is found afterwards is another one") { id, note };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var incident = await client.SendAsync(
                HttpMethod.Post,
                $"incidents/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/close",
                new IncidentClosing(parsed.GetValue(note)),
                AdminJson.Default.IncidentClosing,
                AdminJson.Default.IncidentInfo,
                cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(incident, AdminJson.Default.IncidentInfo, ShowOne);
        });
        return command;
    }
}
