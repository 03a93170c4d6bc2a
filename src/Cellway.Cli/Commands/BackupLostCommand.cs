using System.CommandLine;
using System.Globalization;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway backup lost</c></summary>
internal static class BackupLostCommand
{
    // One line each: what a backup cannot know, and what to do about it.
    private static readonly string[] Unknown =
    [
        "users and devices, and changes to them (limits, bans, credentials issued anew): make them again; old credentials work again",
        "participants, cells and join tokens, unless a node has brought them back: make them again",
        "revocations that no node had heard of, and names that were withdrawn: revoke and withdraw again what you remember",
        "what Cores had reported of devices' use: sums of this period may be lower by it, never higher",
        "the audit log: it goes on from the backup",
    ];

    public static Command Create()
    {
        var command = new Command("lost", "After a restore: what came back with nodes, which nodes have not come back, and what nobody can know");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var losses = await client.GetAsync("backups/lost", AdminJson.Default.BackupLosses, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(losses, AdminJson.Default.BackupLosses, Show);
        });
        return command;
    }

    /// <summary>What no backup can know of what was done after it was made.</summary>
    public static void ShowUnknown(DateTimeOffset madeAt)
    {
        AnsiConsole.WriteLine($"Not in it, and not to be known, is what was done after {Printer.Time(madeAt)}:");
        foreach (var line in Unknown)
        {
            AnsiConsole.WriteLine($"  – {line}");
        }
    }

    private static void Show(BackupLosses losses)
    {
        AnsiConsole.WriteLine($"This network comes from a backup of {Printer.Time(losses.MadeAt)}, restored {Printer.Time(losses.RestoredAt)}. Nodes have brought back:");
        Printer.Table(
            losses.Learned,
            "Nothing that the backup did not know.",
            ("at", e => e.At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            ("who", e => e.Who),
            ("what", e => e.What),
            ("to", e => e.Subject),
            ("detail", e => e.Detail));
        Printer.Table(
            losses.Away,
            "Every node that is known is back.",
            ("not back", n => n.Id),
            ("role", n => n.Role),
            ("participant", n => n.Participant),
            ("cell", n => n.Cell));
        ShowUnknown(losses.MadeAt);
    }
}
