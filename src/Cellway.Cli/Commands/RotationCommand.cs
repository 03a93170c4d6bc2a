using System.CommandLine;
using System.Globalization;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway rotation</c></summary>
internal static class RotationCommand
{
    public static Command Create()
    {
        var cell = new Option<string?>("--cell") { Description = "Of this cell only" };
        var hop = new Option<string?>("--hop") { Description = "entry (client to Entry) or exit (Entry to Core); default: both" };
        var command = new Command("rotation", "Show every service name's life: since when it is accepted, when it is announced, when it ends") { cell, hop };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(hop) is { } wrong and not ("entry" or "exit"))
            {
                throw new CliException($"“{wrong}” is not a hop: use entry (client to Entry) or exit (Entry to Core).");
            }

            using var client = CommonOptions.ClientOf(parsed);
            var path = parsed.GetValue(cell) is { } one ? $"rotation?cell={Uri.EscapeDataString(one)}" : "rotation";
            var all = await client.GetAsync(path, AdminJson.Default.IReadOnlyListRotationInfo, cancellationToken);
            IReadOnlyList<RotationInfo> shown = [.. all.Where(r => parsed.GetValue(hop) is not { } wanted || r.Hop == wanted)];
            CommonOptions.PrinterOf(parsed).Print(shown, AdminJson.Default.IReadOnlyListRotationInfo, Show);
        });
        return command;
    }

    /// <summary>One line a hop: what is asked for now, what comes next.</summary>
    public static void ShowBriefly(IReadOnlyList<RotationInfo> hops) => Printer.Table(
        hops,
        "There is no cell whose names could rotate.",
        ("cell", r => r.Cell),
        ("hop", r => r.Hop),
        ("announced", r => Current(r)?.Generation.ToString(CultureInfo.InvariantCulture)),
        ("since", r => Current(r) is { } name ? Printer.Time(name.AnnouncedAt) : null),
        ("next", r => Next(r) is { } name ? Printer.Time(name.AnnouncedAt) : null),
        ("still accepted", r => r.Names.Count(n => n.State is "replaced" or "withdrawn").ToString(CultureInfo.InvariantCulture)),
        ("planned until", r => Printer.Time(r.PlannedUntil)));

    private static void Show(IReadOnlyList<RotationInfo> hops) => Printer.Table(
        [.. hops.SelectMany(r => r.Names.Select(n => (Hop: r, Name: n)))],
        "There are no names yet: make a cell with “cellway cell create”.",
        ("cell", n => n.Hop.Cell),
        ("hop", n => n.Hop.Hop),
        ("generation", n => n.Name.Generation.ToString(CultureInfo.InvariantCulture)),
        ("name", n => n.Name.Name),
        ("state", n => n.Name.State),
        ("accepted from", n => Printer.Time(n.Name.AcceptedFrom)),
        ("announced", n => Printer.Time(n.Name.AnnouncedAt)),
        ("accepted to", n => n.Name.AcceptedTo is { } end ? Printer.Time(end) : "until replaced"));

    private static NameInfo? Current(RotationInfo hop) => hop.Names.FirstOrDefault(n => n.State == "announced");

    private static NameInfo? Next(RotationInfo hop) => hop.Names.FirstOrDefault(n => n.State == "planned");
}
