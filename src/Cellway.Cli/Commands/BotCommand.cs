using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway bot</c></summary>
internal static class BotCommand
{
    public static Command Create() => new("bot", "The Telegram bot, which management runs with --bot, or a process of its own") { BotRunCommand.Create(), Code(), Invite() };

    private static Command Code()
    {
        var command = new Command("code", "Make a code that allows one destructive act in Telegram; it lasts ten minutes");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.PostAsync("bot/codes", AdminJson.Default.BotCode, cancellationToken), AdminJson.Default.BotCode, c => Printer.Table([c], "", ("code", x => x.Code), ("until", x => Printer.Time(x.ExpiresAt))));
        });
        return command;
    }

    private static Command Invite()
    {
        var user = new Option<string?>("--user") { Description = "Whoever opens the invitation is this user" };
        var participant = new Option<string?>("--participant") { Description = "Whoever opens it is this participant" };
        var command = new Command("invite", "Make an invitation to the bot for a user or participant that is there; it works once, within a week") { user, participant };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var invitation = await client.SendAsync(
                HttpMethod.Post, "bot/invitations", new NewBotInvitation(parsed.GetValue(user), parsed.GetValue(participant)),
                AdminJson.Default.NewBotInvitation, AdminJson.Default.BotInvitation, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(
                invitation, AdminJson.Default.BotInvitation, i => Printer.Table([i], "", ("send to the bot", x => x.Command), ("or open", x => x.Link), ("until", x => Printer.Time(x.ExpiresAt))));
        });
        return command;
    }
}
