using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway cell</c></summary>
internal static class CellCommand
{
    public static Command Create() => new("cell", "Cells: the units of isolation, each with an entry and an exit domain") 
        { List(), New(), Set(), Certificate(), Retire(), CellIncidentCommands.Compromise(), CellIncidentCommands.Recover(), CellRegenerateCommand.Create() };

    public static void Show(IReadOnlyList<CellInfo> cells) => Printer.Table(
        cells,
        "There is no cell yet: make one with “cellway cell create”.",
        ("cell", c => c.Id),
        ("state", StateOf),
        ("entry domain", c => c.EntryDomain),
        ("exit domain", c => c.ExitDomain),
        ("clients connect to", c => string.Join(", ", c.EntryAddresses)),
        ("cores ready", c => $"{c.ReadyCores} of {c.Cores}"),
        ("devices", c => c.Devices.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static string StateOf(CellInfo cell) => (cell.EntryBlockedSince, cell.ExitBlockedSince) switch
    {
        (null, null) => cell.State,
        (not null, null) => cell.State + ", entry blocked",
        (null, not null) => cell.State + ", exit blocked",
        _ => cell.State + ", both blocked",
    };

    private static Command List()
    {
        var command = new Command("list", "Show every cell");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("cells", AdminJson.Default.IReadOnlyListCellInfo, cancellationToken), AdminJson.Default.IReadOnlyListCellInfo, Show);
        });
        return command;
    }

    private static Command New()
    {
        var id = new Argument<string>("name") { Description = "1 to 63 of a–z, 0–9 and hyphens" };
        var entry = new Option<string>("--entry-domain") { Description = "What clients send as SNI", Required = true };
        var exit = new Option<string>("--exit-domain") { Description = "What Entries send as SNI to every Core", Required = true };
        var addresses = new Option<string[]>("--entry-address") { Description = "Where clients connect to, host:port; repeatable; default: the entry domain, port 443" };
        var command = new Command("create", "Make a cell") { id, entry, exit, addresses };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var wanted = new NewCell(parsed.GetRequiredValue(id), parsed.GetRequiredValue(entry), parsed.GetRequiredValue(exit), parsed.GetValue(addresses));
            var cell = await client.SendAsync(HttpMethod.Post, "cells", wanted, AdminJson.Default.NewCell, AdminJson.Default.CellInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(cell, AdminJson.Default.CellInfo, c => Show([c]));
        });
        return command;
    }

    private static Command Retire()
    {
        var id = new Argument<string>("name");
        var command = new Command("retire", "End a cell that has no devices any more: the keys of its nodes are refused everywhere, for good") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var cell = await client.PostAsync($"cells/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/retire", AdminJson.Default.CellInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(cell, AdminJson.Default.CellInfo, c => Show([c]));
        });
        return command;
    }

    private static Command Set()
    {
        var id = new Argument<string>("name");
        var state = new Option<string?>("--state") { Description = "forming, active, compromised or retired" };
        var addresses = new Option<string[]?>("--entry-address") { Description = "Where clients connect to, host:port; repeatable; replaces all" };
        var transports = new Option<string[]?>("--transport") { Description = "What clients are told to speak, the best first: grpc, websocket; repeatable; replaces all" };
        var fingerprints = new Option<string[]?>("--fingerprint") { Description = "A browser that clients are told to imitate: chrome, firefox, safari, edge, ios, android, random; repeatable, mixed over the devices; replaces all" };
        var command = new Command("set", "Change a cell") { id, state, addresses, transports, fingerprints };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var change = new CellChange(parsed.GetValue(state), Given(addresses), Given(transports), Given(fingerprints));
            var cell = await client.SendAsync(
                HttpMethod.Patch, $"cells/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", change, AdminJson.Default.CellChange, AdminJson.Default.CellInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(cell, AdminJson.Default.CellInfo, c => Show([c]));

            string[]? Given(Option<string[]?> option) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;
        });
        return command;
    }

    private static Command Certificate()
    {
        var id = new Argument<string>("name");
        var hop = new Argument<string>("domain") { Description = "entry or exit" };
        var chain = new Option<FileInfo>("--chain") { Description = "PEM chain, leaf first", Required = true };
        var key = new Option<FileInfo>("--key") { Description = "PEM private key of the leaf, not encrypted", Required = true };
        var command = new Command("certificate", "Bring a certificate for one of a cell's domains") { id, hop, chain, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var brought = new NewWebCertificate(await ReadAsync(parsed.GetRequiredValue(chain)), await ReadAsync(parsed.GetRequiredValue(key)));
            var path = $"cells/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/certificates/{Uri.EscapeDataString(parsed.GetRequiredValue(hop))}";
            var cell = await client.SendAsync(HttpMethod.Put, path, brought, AdminJson.Default.NewWebCertificate, AdminJson.Default.CellInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(cell, AdminJson.Default.CellInfo, c => Show([c]));

            async Task<string> ReadAsync(FileInfo file)
            {
                try
                {
                    return await File.ReadAllTextAsync(file.FullName, cancellationToken);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw new CliException($"{file.FullName} cannot be read: {e.Message}", e);
                }
            }
        });
        return command;
    }
}
