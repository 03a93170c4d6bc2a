using System.CommandLine;
using Cellway.Cli.Local;
using Cellway.Manager.Api;
using Cellway.Manager.Backups;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway backup restore</c></summary>
internal static class BackupRestoreCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The backup" };
        var rootFrom = new Option<string?>("--root-from") { Description = "A backup that has the root's key, for one that was made without" };
        var state = CommonOptions.State("management");
        var store = CommonOptions.Store();
        var credentials = CommonOptions.EtcdCredentials();
        var keyFile = new Option<string?>("--key-file") { Description = "File that is to open the network's secrets from now on, made if it is not there; default: seal.key in the state directory" };
        var passphraseFile = CommonOptions.PassphraseFile();
        var command = new Command("restore", "Build the network of a backup in an empty store; an interrupted restore goes on")
        {
            file, rootFrom, state, store, credentials, keyFile, passphraseFile,
        };
        var proof = new BackupProof();
        proof.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            var url = CommonOptions.StoreOf(parsed, store, directory);
            var request = new RestoreRequest
            {
                File = parsed.GetRequiredValue(file),
                RootFrom = parsed.GetValue(rootFrom),
                Secret = CommonOptions.SecretOf(parsed, keyFile, passphraseFile, directory),
                StateFile = url.File,
            };
            var (key, trust) = proof.Read(parsed);
            using (key)
            {
                var bar = BackupBar.OnStandardError();
                var restored = await BackupCommand.ExplainedAsync(() => NetworkBackup.RestoreAsync(
                    request, key, trust, () => StateStores.OpenAnyAsync(url, parsed.GetValue(credentials), TimeProvider.System, cancellationToken), bar, TimeProvider.System, cancellationToken));
                bar.End();
                CommonOptions.PrinterOf(parsed).Print(restored, AdminJson.Default.BackupSummary, backup =>
                {
                    BackupCommand.Show(backup);
                    AnsiConsole.WriteLine($"Restored to {url}, read back and compared.");
                    BackupLostCommand.ShowUnknown(backup.At);
                    AnsiConsole.WriteLine($"Next: start management with {(parsed.GetValue(store) is null ? $"--state {directory}" : $"--store {url}")}{(request.Secret.KeyFile is { } opens ? $" --key-file {opens}" : "")}; nodes come back by themselves, and “cellway backup lost” says what they bring.");
                });
            }
        });
        return command;
    }
}
