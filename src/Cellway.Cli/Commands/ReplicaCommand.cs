using System.CommandLine;
using System.Globalization;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway replica</c></summary>
internal static class ReplicaCommand
{
    public static Command Create() => new("replica", "Replicas of the management plane") { List() };

    private static Command List()
    {
        var command = new Command("list", "Show every replica that runs, and which one leads");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("replicas", AdminJson.Default.IReadOnlyListReplicaInfo, cancellationToken), AdminJson.Default.IReadOnlyListReplicaInfo, Show);
        });
        return command;
    }

    private static void Show(IReadOnlyList<ReplicaInfo> replicas) => Printer.Table(
        replicas,
        "No replica has made itself known yet: ask again in a moment.",
        ("replica", r => r.Id),
        ("state", r => r.Leads ? $"{r.State}, leads" : r.State),
        ("nodes", r => r.Nodes.ToString(CultureInfo.InvariantCulture)),
        ("for nodes", r => string.Join(' ', r.Endpoints)),
        ("for operators", r => r.Admin),
        ("version", r => r.Version),
        ("since", r => Printer.Time(r.Since)));
}
