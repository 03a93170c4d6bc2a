using System.CommandLine;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway status</c></summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Show the network at a glance");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("status", AdminJson.Default.NetworkStatus, cancellationToken), AdminJson.Default.NetworkStatus, Show);
        });
        return command;
    }

    private static void Show(NetworkStatus status)
    {
        Console.Out.WriteLine($"{status.Name} ({status.Network}), version {status.Version}, revision {status.Revision}: users: {status.Users}, devices: {status.Devices}");
        foreach (var key in status.Unreadable)
        {
            Console.Out.WriteLine($"The record {key} cannot be read and counts as missing: restore it from a backup, or delete it.");
        }

        if (status.Incidents.Count > 0)
        {
            IncidentCommand.Show(status.Incidents);
        }

        CellCommand.Show(status.Cells);
        NodeCommand.Show(status.Nodes);
    }
}
