using System.CommandLine;
using Cellway.Cli.Local;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway demo</c></summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Run a throwaway network of separate processes and show that it does what it should");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var printer = CommonOptions.PrinterOf(parsed);
            var report = printer.Json
                ? await new Demo(_ => { }).RunAsync(cancellationToken)
                : await AnsiConsole.Status().StartAsync("working …", _ => new Demo(Announce).RunAsync(cancellationToken));
            printer.Print(report, CliJson.Default.DemoReport, Show);
            return report.Held ? 0 : 1;
        });
        return command;
    }

    private static void Announce(DemoStep step) => AnsiConsole.MarkupLineInterpolated(
        step.Held ? (FormattableString)$"[green]✓[/] {step.Name}" : $"[red]✗[/] {step.Name}");

    private static void Show(DemoReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("step", "", "seen", "time");
        foreach (var step in report.Steps)
        {
            table.AddRow(new Text(step.Name), new Markup(step.Held ? "[green]held[/]" : "[red]failed[/]"), new Text(step.Detail), new Text($"{step.Milliseconds} ms"));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(report.Held ? "Everything held." : "Not everything held.");
    }
}
