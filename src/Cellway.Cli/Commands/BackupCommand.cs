using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Cellway.Manager.Backups;
using Cellway.Pki.Issuing;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway backup</c></summary>
internal static class BackupCommand
{
    public static Command Create() => new("backup", "Backups of the network, encrypted to its operators")
    {
        BackupCreateCommand.Create(), List(), Verify(), BackupRestoreCommand.Create(), BackupLostCommand.Create(),
    };

    /// <summary>What the people at the terminal see of a failure.</summary>
    public static async Task<T> ExplainedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is AdminException or SealException or IOException or UnauthorizedAccessException or Model.State.NewerSchemaException or InvalidDataException)
        {
            throw new CliException(e.Message, e);
        }
    }

    public static void Show(BackupSummary backup)
    {
        AnsiConsole.WriteLine($"{backup.Name} ({backup.Network}) of {Printer.Time(backup.At)}, revision {backup.Revision}, made by Cellway {backup.Software}, {(backup.WithRoot ? "with" : "without")} the root's key:");
        AnsiConsole.WriteLine($"{backup.Keys} records, {ByteSize.Format(backup.Bytes)}: {string.Join(", ", backup.Counts.Where(c => c.Value > 0 && Counted.Contains(c.Key)).Select(c => $"{c.Value} {(c.Value == 1 ? c.Key[..^1] : c.Key)}"))}.");
    }

    private static readonly string[] Counted = ["cells", "participants", "nodes", "users", "devices", "certificates"];

    private static Command List()
    {
        var command = new Command("list", "Show the scheduled backups, and whether they are in time");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var list = await client.GetAsync("backups", AdminJson.Default.BackupList, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(list, AdminJson.Default.BackupList, ShowList);
            return list.Late ? 1 : 0;
        });
        return command;
    }

    private static void ShowList(BackupList list)
    {
        Printer.Table(
            list.Backups,
            "There is no backup yet.",
            ("backup", b => b.Name),
            ("made", b => Printer.Time(b.At)),
            ("size", b => ByteSize.Format(b.Length)),
            ("where", b => string.Join(", ", b.Where)),
            ("problem", b => b.Error));
        AnsiConsole.WriteLine(
            !list.Scheduled ? "Nothing makes backups by itself: start management with --backup-to or --backup-git."
            : list.Late ? "The newest good backup is older than it should be: see the problem above, or the leader's log."
            : list.NextAt is { } next ? $"The next one is made at {Printer.Time(next)} at the latest." : "The first one is made soon.");
    }

    private static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "The backup" };
        var command = new Command("verify", "Open a backup, check all of it, and rebuild its network in memory") { file };
        var proof = new BackupProof();
        proof.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (key, trust) = proof.Read(parsed);
            using (key)
            {
                var bar = BackupBar.OnStandardError();
                var verdict = await ExplainedAsync(() => Task.Run(
                    () => NetworkBackup.Verify(parsed.GetRequiredValue(file), key, trust, bar, TimeProvider.System, cancellationToken), cancellationToken));
                bar.End();
                CommonOptions.PrinterOf(parsed).Print(verdict, AdminJson.Default.BackupVerdict, ShowVerdict);
                return verdict.Problems.Count == 0 ? 0 : 1;
            }
        });
        return command;
    }

    private static void ShowVerdict(BackupVerdict verdict)
    {
        Show(verdict.Backup);
        AnsiConsole.WriteLine($"Rebuilt in memory: {verdict.Devices} devices; {verdict.Answered} of {verdict.Asked} that were asked for have a route.");
        foreach (var problem in verdict.Problems)
        {
            AnsiConsole.WriteLine($"Problem: {problem}.");
        }

        AnsiConsole.WriteLine(verdict.Problems.Count == 0 ? "It is whole, signed by the network's root, and can be restored." : "It is whole and signed, but what it holds does not fit together.");
    }
}
