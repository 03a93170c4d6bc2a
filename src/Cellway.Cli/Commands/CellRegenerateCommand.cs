using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway cell regenerate</c></summary>
internal static class CellRegenerateCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("name") { Description = "The cell that is replaced", Arity = ArgumentArity.ZeroOrOne };
        var entry = new Option<string?>("--entry-domain") { Description = "The new cell's entry domain" };
        var exit = new Option<string?>("--exit-domain") { Description = "The new cell's exit domain" };
        var name = new Option<string?>("--name") { Description = "The new cell's name; default: the old one with the next number" };
        var addresses = new Option<string[]?>("--entry-address") { Description = "Where clients connect to, host:port; repeatable; default: the entry domain, port 443" };
        var into = new Option<string?>("--into") { Description = "A cell that is forming already, instead of a new one" };
        var ready = new Option<int?>("--ready-cores") { Description = "How many Cores of the new cell must be ready before devices move; default: half of what the old one has" };
        var speed = new Option<int?>("--devices-per-second") { Description = "How many devices move at most in a second; default 200" };
        var grace = new Option<TimeSpan?>("--grace") { Description = "How long the old cell stays after the last device has moved, like 3.00:00:00; default 72 hours" };
        var status = new Option<bool>("--status") { Description = "Only show where it stands" };
        var undo = new Option<bool>("--undo") { Description = "Move everything back; possible until the old cell retires" };
        var command = new Command("regenerate", "Replace a cell by a new one with new domains: Cores join it, devices move, the old one is retired")
        {
            id, entry, exit, name, addresses, into, ready, speed, grace, status, undo, Tokens(),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var path = PathOf(parsed.GetValue(id));
            var begins = new[] { entry, exit, name, into }.Any(o => parsed.GetValue(o) is not null) || parsed.GetResult(addresses) is { Implicit: false };
            var changes = parsed.GetValue(ready) is not null || parsed.GetValue(speed) is not null || parsed.GetValue(grace) is not null;
            if ((parsed.GetValue(status) ? 1 : 0) + (parsed.GetValue(undo) ? 1 : 0) + (begins || changes ? 1 : 0) > 1)
            {
                throw new CliException("Give --status, --undo, or what the new cell is to be: one of them.");
            }

            var info = parsed.GetValue(undo) ? await client.PostAsync($"{path}/undo", AdminJson.Default.RegenerationInfo, cancellationToken)
                : begins ? await client.SendAsync(
                    HttpMethod.Post,
                    path,
                    new NewRegeneration(
                        parsed.GetValue(entry), parsed.GetValue(exit), parsed.GetValue(name), parsed.GetValue(addresses), parsed.GetValue(into),
                        parsed.GetValue(ready), parsed.GetValue(speed), parsed.GetValue(grace)),
                    AdminJson.Default.NewRegeneration,
                    AdminJson.Default.RegenerationInfo,
                    cancellationToken)
                : changes ? await client.SendAsync(
                    HttpMethod.Patch,
                    path,
                    new RegenerationChange(parsed.GetValue(ready), parsed.GetValue(speed), parsed.GetValue(grace)),
                    AdminJson.Default.RegenerationChange,
                    AdminJson.Default.RegenerationInfo,
                    cancellationToken)
                : await client.GetAsync(path, AdminJson.Default.RegenerationInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(info, AdminJson.Default.RegenerationInfo, Show);
        });
        return command;
    }

    private static void Show(RegenerationInfo info)
    {
        AnsiConsole.WriteLine($"{info.Cell} → {info.Successor}: {info.Step} since {Printer.Time(info.StepSince)}{(info.HeldUpBy is null ? "" : $", held up: {info.HeldUpBy}")}");
        AnsiConsole.WriteLine($"Cores ready: {info.ReadyNow} of {info.ReadyCores}. Devices left: {info.DevicesLeft}; {info.Moved} moves so far, at most {info.DevicesPerSecond} a second.");
        if (info.RetiresAt is { } at)
        {
            AnsiConsole.WriteLine($"{info.Cell} retires at {Printer.Time(at)}; until then: --undo, or another --grace.");
        }

        Printer.Table(
            info.Participants,
            "The old cell has no Cores: invite somebody with “cellway cell regenerate tokens … --participant”.",
            ("participant", p => p.Participant),
            ("cores wanted", p => $"{p.Cores}"),
            ("joined", p => $"{p.Joined}"),
            ("open tokens", p => $"{p.OpenTokens}"));
        AnsiConsole.WriteLine($"Timeline: cellway incident show {info.Incident}");
    }

    private static Command Tokens()
    {
        var id = new Argument<string>("name") { Description = "The cell that is replaced" };
        var participant = new Option<string?>("--participant") { Description = "Only for them; they need not have been in the old cell" };
        var cores = new Option<int?>("--cores") { Description = "How many Cores they are to bring; default: as many as they had" };
        var again = new Option<bool>("--again") { Description = "Withdraw tokens that have not been spent and make them anew" };
        var lifetime = new Option<TimeSpan?>("--lifetime") { Description = "How long they can be spent, like 3.00:00:00; default 24 hours" };
        var command = new Command("tokens", "Make the join tokens that are missing, one a line with its participant; they are shown once") { id, participant, cores, again, lifetime };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var wanted = new NewRegenerationTokens(parsed.GetValue(participant), parsed.GetValue(cores), parsed.GetValue(again), parsed.GetValue(lifetime));
            var made = await client.SendAsync(
                HttpMethod.Post, $"{PathOf(parsed.GetValue(id))}/tokens", wanted, AdminJson.Default.NewRegenerationTokens, AdminJson.Default.IReadOnlyListCreatedToken, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(made, AdminJson.Default.IReadOnlyListCreatedToken, ShowTokens);
        });
        return command;
    }

    private static void ShowTokens(IReadOnlyList<CreatedToken> made)
    {
        foreach (var token in made)
        {
            Console.Out.WriteLine($"{token.Info.Participant} {token.Token}"); // one line by itself, so that it can be handed on whole
        }

        AnsiConsole.WriteLine(made.Count == 0
            ? "Nothing is missing: everybody has their tokens. If they are lost: --again."
            : $"Each admits one Core to {made[0].Info.Cell}, once, until {Printer.Time(made[0].Info.ExpiresAt)}. Hand each to its participant; it is not shown again.");
    }

    private static string PathOf(string? cell) =>
        cell is null ? throw new CliException("Say which cell: cellway cell regenerate NAME …") : $"cells/{Uri.EscapeDataString(cell)}/regeneration";
}
