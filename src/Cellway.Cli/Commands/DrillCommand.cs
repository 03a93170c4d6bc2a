using System.CommandLine;
using System.Globalization;
using Cellway.Cli.Local.Drills;
using Cellway.Cli.Output;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway drill</c></summary>
internal static class DrillCommand
{
    public static Command Create()
    {
        var command = new Command("drill", "Do to a throwaway network of separate processes what may befall a real one, and count what its users lose");
        var names = new Argument<string[]>("drill")
        {
            Description = $"Which: {string.Join(", ", Drill.All.Select(d => d.Name))}; none for all of them, about five minutes",
            Arity = ArgumentArity.ZeroOrMore,
        };
        names.AcceptOnlyFromAmong([.. Drill.All.Select(d => d.Name)]);
        command.Arguments.Add(names);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var printer = CommonOptions.PrinterOf(parsed);
            var wanted = parsed.GetValue(names) is { Length: > 0 } some ? Drill.All.Where(d => some.Contains(d.Name)) : Drill.All;
            List<DrillReport> reports = [];
            foreach (var drill in wanted)
            {
                reports.Add(printer.Json
                    ? await new DrillRunner(_ => { }).RunAsync(drill, cancellationToken)
                    : await AnsiConsole.Status().StartAsync(drill.Name, status =>
                        new DrillRunner(what => status.Status = Markup.Escape($"{drill.Name}: {what}")).RunAsync(drill, cancellationToken)));
            }

            printer.Print(reports, CliJson.Default.IReadOnlyListDrillReport, Show);
            return reports.TrueForAll(r => r.Loss.Recovered) ? 0 : 1;
        });
        return command;
    }

    private static void Show(IReadOnlyList<DrillReport> reports) => Printer.Table(
        reports,
        "",
        ("drill", r => r.Drill),
        ("what was done", r => r.Done),
        ("requests", r => r.Loss.Requests.ToString(CultureInfo.InvariantCulture)),
        ("failed", r => r.Loss.Failed.ToString(CultureInfo.InvariantCulture)),
        ("longest gap", r => Seconds(r.Loss.LongestGap)),
        ("until all was well", r => r.Loss.Recovered ? Seconds(r.Loss.Recovery) : "not in the time watched"));

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
