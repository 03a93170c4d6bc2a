using System.CommandLine;
using Cellway.Manager.Api;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway cell compromise</c> and <c>recover</c>: what an operator knows before the network does.</summary>
internal static class CellIncidentCommands
{
    public static Command Compromise()
    {
        var id = new Argument<string>("name");
        var reason = new Option<string>("--reason") { Description = "Why, in one line; it goes on the incident's timeline", Required = true };
        var domain = new Option<string?>("--domain") { Description = "entry or exit: only that domain is blocked; default: the whole cell is given up" };
        var evenIfLast = new Option<bool>("--even-if-last") { Description = "Go on although it is the last active cell" };
        var command = new Command("compromise", "Say that a cell, or one of its domains, is of no use: its devices go elsewhere") { id, reason, domain, evenIfLast };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var said = new CellCompromise(parsed.GetRequiredValue(reason), parsed.GetValue(domain), parsed.GetValue(evenIfLast));
            var incident = await client.SendAsync(
                HttpMethod.Post, $"cells/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/compromise", said, AdminJson.Default.CellCompromise, AdminJson.Default.IncidentInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(incident, AdminJson.Default.IncidentInfo, IncidentCommand.ShowOne);
        });
        return command;
    }

    public static Command Recover()
    {
        var id = new Argument<string>("name");
        var command = new Command("recover", "Say that a cell is well again: its incidents are closed, and its devices come back") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var closed = await client.PostAsync($"cells/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/recover", AdminJson.Default.IReadOnlyListIncidentInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(closed, AdminJson.Default.IReadOnlyListIncidentInfo, all =>
                AnsiConsole.WriteLine(all.Count == 0 ? "The cell is well; no incident was open." : $"The cell is well again; closed: {string.Join(", ", all.Select(i => i.Id))}."));
        });
        return command;
    }
}
