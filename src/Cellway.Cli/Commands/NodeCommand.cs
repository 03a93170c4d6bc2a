using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway node</c></summary>
internal static class NodeCommand
{
    public static Command Create() => new("node", "Nodes: the Cores and Entries that have joined")
    {
        List(),
        Act("drain", "Take no new sessions to a node; those there are go on"),
        Act("resume", "Take new sessions to a drained node again"),
        Act("revoke", "Refuse a node's key everywhere, for good"),
        Remove(),
        Workers(),
    };

    public static void Show(IReadOnlyList<NodeInfo> nodes) => Printer.Table(
        nodes,
        "No node has joined yet: make a token with “cellway token create” and start the node with it.",
        ("node", n => n.Id),
        ("is", n => n.Role),
        ("state", n => n.State),
        ("cell", n => n.Cell ?? "every"),
        ("participant", n => n.Participant),
        ("serves on", n => n.Address),
        ("sessions", n => n.Sessions?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("certificate ends", n => Printer.Time(n.CertificateEnds)),
        ("last probe", n => n.Detail));

    private static Command List()
    {
        var command = new Command("list", "Show every node");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("nodes", AdminJson.Default.IReadOnlyListNodeInfo, cancellationToken), AdminJson.Default.IReadOnlyListNodeInfo, Show);
        });
        return command;
    }

    private static Command Act(string verb, string description)
    {
        var id = new Argument<string>("node") { Description = "Its id, as in “cellway node list”" };
        var command = new Command(verb, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var node = await client.PostAsync($"nodes/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/{verb}", AdminJson.Default.NodeInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(node, AdminJson.Default.NodeInfo, n => Show([n]));
        });
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("node") { Description = "Its id, as in “cellway node list”, or the name of a worker, as in “cellway node workers”" };
        var command = new Command("remove", "Take a node out for good; with it the Kubernetes worker that it runs on, which is cordoned and emptied") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var removed = await client.PostAsync($"nodes/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/remove", AdminJson.Default.RemovedNode, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(removed, AdminJson.Default.RemovedNode, r => AnsiConsole.WriteLine(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{r.Id} is out; nodes revoked with it: {r.RevokedNodes}.")));
        });
        return command;
    }

    private static Command Workers()
    {
        var command = new Command("workers", "Show participants' machines in your Kubernetes cluster");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("workers", AdminJson.Default.IReadOnlyListWorkerInfo, cancellationToken), AdminJson.Default.IReadOnlyListWorkerInfo, workers => Printer.Table(
                    workers,
                    "No machine has been invited yet: “cellway token create --role entry --kubernetes”.",
                    ("worker", w => w.Node),
                    ("state", w => w.State),
                    ("participant", w => w.Participant),
                    ("joined", w => w.JoinedAt is { } at ? Printer.Time(at) : null),
                    ("may join until", w => Printer.Time(w.ExpiresAt))));
        });
        return command;
    }
}
