using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway alerts</c></summary>
internal static class AlertCommand
{
    public static Command Create()
    {
        var command = new Command("alerts", "Show what should be done before it does harm, such as what is about to expire");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("alerts", AdminJson.Default.IReadOnlyListAlert, cancellationToken), AdminJson.Default.IReadOnlyListAlert, Show);
        });
        return command;
    }

    public static void Show(IReadOnlyList<Alert> alerts) => Printer.Table(
        alerts, "Nothing needs to be done.", ("", a => a.IsUrgent ? "urgent" : "soon"), ("what", a => a.Message));
}
