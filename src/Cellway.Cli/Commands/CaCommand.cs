using System.CommandLine;
using System.Text;
using Cellway.Cli.Local;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway ca</c></summary>
internal static class CaCommand
{
    private static readonly string[] s_steps = ["introduce", "reissue", "retire", "undo"];

    public static Command Create() => new("ca", "The network's root") { ShowRoots(), Rotate(), Export() };

    private static void Show(IReadOnlyList<RootInfo> roots) => Printer.Table(
        roots,
        "There is no root.",
        ("root", r => r.Generation.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("state", r => r.State),
        ("nodes with its certificates", r => r.Nodes.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("ends", r => Printer.Time(r.Ends)),
        ("key", r => r.KeyHash));

    private static Command ShowRoots()
    {
        var command = new Command("show", "Show the root, or both while one replaces the other");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(await client.GetAsync("roots", AdminJson.Default.IReadOnlyListRootInfo, cancellationToken), AdminJson.Default.IReadOnlyListRootInfo, Show);
        });
        return command;
    }

    private static Command Rotate()
    {
        var step = new Argument<string>("step")
        {
            Description = "introduce: make a new root that everybody believes besides; reissue: it issues, and nodes renew; retire: the old one ends; undo: take back what was done so far",
        };
        step.AcceptOnlyFromAmong(s_steps);
        var force = new Option<bool>("--even-if-somebody") { Description = "Retire although somebody has no certificate of the new root: they must join anew" };
        var command = new Command("rotate", "Replace the root, step by step, while everything goes on") { step, force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var path = $"roots/{parsed.GetRequiredValue(step)}{(parsed.GetValue(force) ? "?evenIfSomebody=true" : "")}";
            CommonOptions.PrinterOf(parsed).Print(await client.PostAsync(path, AdminJson.Default.IReadOnlyListRootInfo, cancellationToken), AdminJson.Default.IReadOnlyListRootInfo, Show);
        });
        return command;
    }

    private static Command Export()
    {
        var state = CommonOptions.State("management");
        var store = CommonOptions.Store();
        var credentials = CommonOptions.EtcdCredentials();
        var keyFile = CommonOptions.KeyFile();
        var passphraseFile = CommonOptions.PassphraseFile();
        var network = new Option<string?>("--network") { Description = "Which network of the store; needed only when it holds several" };
        var output = new Option<string>("--output") { Description = "The file to write: the root's certificate and its encrypted key, as PEM", Required = true };
        var exportPassphrase = new Option<string>("--export-passphrase-file") { Description = "File with the passphrase that opens the file; at least 12 characters", Required = true };
        var command = new Command("export", "Write the root as an encrypted file for the safe") { state, store, credentials, keyFile, passphraseFile, CommonOptions.RootToken, network, output, exportPassphrase };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            var passphrase = CommonOptions.ReadPassphrase(parsed.GetRequiredValue(exportPassphrase));
            if (passphrase.Length < 12)
            {
                throw new CliException("The passphrase for the safe must have at least 12 characters: whoever finds the file has all the time there is.");
            }

            await using var opened = await StateStores.OpenAsync(
                CommonOptions.StoreOf(parsed, store, directory), parsed.GetValue(credentials), mustExist: true, TimeProvider.System, cancellationToken);
            try
            {
                var secret = CommonOptions.SecretOf(parsed, keyFile, passphraseFile, directory);
                var pem = await RootExport.RunAsync(opened, parsed.GetValue(network), secret, passphrase, TimeProvider.System, cancellationToken);
                var target = Path.GetFullPath(parsed.GetRequiredValue(output));
                PrivateFiles.Write(target, Encoding.ASCII.GetBytes(pem));
                CommonOptions.PrinterOf(parsed).Print(new Dictionary<string, string> { ["file"] = target }, CliJson.Default.DictionaryStringString, _ => AnsiConsole.WriteLine(
                    $"Made {target}. “openssl pkey -in FILE” opens it with the passphrase: keep the two apart."));
            }
            catch (Exception e) when (e is AdminException or SealException or IOException or InvalidDataException or UnauthorizedAccessException)
            {
                throw new CliException(e.Message, e);
            }
        });
        return command;
    }
}
