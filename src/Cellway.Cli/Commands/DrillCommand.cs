using System.CommandLine;
using System.Globalization;
using Cellway.Cli.Local.Drills;
using Cellway.Cli.Local.Drills.Thief;
using Cellway.Cli.Output;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway drill</c></summary>
internal static class DrillCommand
{
    public static Command Create()
    {
        var command = new Command("drill", "Do to a throwaway network of separate processes what may befall a real one: count what its users lose, or show what a thief gets");
        string[] faults = [.. Drill.All.Select(d => d.Name)];
        string[] thefts = [.. ThiefDrill.All.Select(d => d.Name)];
        var names = new Argument<string[]>("drill")
        {
            Description = $"Which: {string.Join(", ", faults)}; or of thieves: {string.Join(", ", thefts)}; none for all of the former, about seven minutes",
            Arity = ArgumentArity.ZeroOrMore,
        };
        names.AcceptOnlyFromAmong([.. faults, .. thefts]);
        command.Arguments.Add(names);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var printer = CommonOptions.PrinterOf(parsed);
            var wanted = parsed.GetValue(names) is { Length: > 0 } some ? some : faults;
            var reports = await RunAsync(
                Drill.All.Where(d => wanted.Contains(d.Name)), d => d.Name, (drill, announce) => new DrillRunner(announce).RunAsync(drill, cancellationToken), printer);
            var robbed = await RunAsync(
                ThiefDrill.All.Where(d => wanted.Contains(d.Name)), d => d.Name, (drill, announce) => new ThiefRunner(announce).RunAsync(drill, cancellationToken), printer);
            if (reports.Count > 0)
            {
                printer.Print(reports, CliJson.Default.IReadOnlyListDrillReport, Show);
            }

            if (robbed.Count > 0)
            {
                printer.Print(robbed, CliJson.Default.IReadOnlyListThiefReport, Show);
            }

            return reports.All(r => r.Loss.Recovered) && robbed.All(r => r.Held) ? 0 : 1;
        });
        return command;
    }

    private static async Task<IReadOnlyList<TReport>> RunAsync<TDrill, TReport>(
        IEnumerable<TDrill> drills, Func<TDrill, string> nameOf, Func<TDrill, Action<string>, Task<TReport>> run, Printer printer)
    {
        List<TReport> reports = [];
        foreach (var drill in drills)
        {
            var name = nameOf(drill);
            reports.Add(printer.Json
                ? await run(drill, _ => { })
                : await AnsiConsole.Status().StartAsync(name, status => run(drill, what => status.Status = Markup.Escape($"{name}: {what}"))));
        }

        return reports;
    }

    private static void Show(IReadOnlyList<ThiefReport> reports)
    {
        foreach (var report in reports)
        {
            AnsiConsole.WriteLine($"{report.Drill}: stolen was {report.Stolen}. {(report.Held ? "Nothing was gained." : "SOMETHING WAS GAINED.")}");
            Printer.Table(
                report.Attempts,
                "",
                ("tried", a => a.What),
                ("came back", a => a.CameBack.Length <= 120 ? a.CameBack : a.CameBack[..120] + "…"),
                ("gained", a => a.Gained ? "YES" : "nothing"));
        }
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
