using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Cli.Admin;
using Cellway.Cli.Local;
using Cellway.Manager.Api;
using Cellway.Manager.Backups;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway backup create</c></summary>
internal static class BackupCreateCommand
{
    private static readonly Argument<string?> File = new("file") { Description = "Where to; default: a file in this directory, named by the time", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> WithoutRoot = new("--without-root") { Description = "Leave the root's key out; restoring then needs an earlier backup that has it" };
    private static readonly Option<string[]> Recipients = new("--recipient") { Description = "Certificate of an operator who can open it (PEM); repeatable; without management only; default: the profile's" };
    private static readonly Option<string?> State = new("--state") { Description = "Directory of a management that does not run: read its store instead of asking it" };
    private static readonly Option<string?> Store = CommonOptions.Store();
    private static readonly Option<string?> Credentials = CommonOptions.EtcdCredentials();
    private static readonly Option<string?> KeyFile = CommonOptions.KeyFile();
    private static readonly Option<string?> PassphraseFile = CommonOptions.PassphraseFile();
    private static readonly Option<string?> Network = new("--network") { Description = "Which network, if the store holds several" };

    public static Command Create()
    {
        var command = new Command("create", "Make a backup: of the running network by its management, or of a store with --state or --store")
        {
            File, WithoutRoot, Recipients, State, Store, Credentials, KeyFile, PassphraseFile, CommonOptions.RootToken, Network,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(File) ?? $"cellway-{TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.backup");
            if (Path.Exists(path))
            {
                throw new CliException($"There is a file {path} already, and a backup replaces none: name another.");
            }

            var bar = BackupBar.OnStandardError();
            var offline = parsed.GetValue(State) is not null || parsed.GetValue(Store) is not null;
            var summary = await BackupCommand.ExplainedAsync(() => offline ? FromStoreAsync(parsed, path, bar, cancellationToken) : FromManagementAsync(parsed, path, bar, cancellationToken));
            bar.End();
            CommonOptions.PrinterOf(parsed).Print(summary, AdminJson.Default.BackupSummary, made =>
            {
                BackupCommand.Show(made);
                AnsiConsole.WriteLine($"Written to {path}. Keep it apart from the servers, and the operator's key apart from it.");
            });
        });
        return command;
    }

    private static async Task<BackupSummary> FromManagementAsync(ParseResult parsed, string path, BackupBar bar, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(Recipients) is { Length: > 0 })
        {
            throw new CliException("Management encrypts to the operator who asks. --recipient goes with --state or --store.");
        }

        using var client = CommonOptions.ClientOf(parsed);
        return await BackupTarget.WriteAsync(path, file => client.StreamAsync(
            parsed.GetValue(WithoutRoot) ? "backup?root=false" : "backup",
            async answer => JsonSerializer.Deserialize(await BackupFrames.ReadAsync(answer, file, bar, cancellationToken), AdminJson.Default.BackupSummary)
                ?? throw new CliException("Management answered with nothing."),
            cancellationToken));
    }

    private static async Task<BackupSummary> FromStoreAsync(ParseResult parsed, string path, BackupBar bar, CancellationToken cancellationToken)
    {
        var directory = Path.GetFullPath(parsed.GetValue(State) ?? CliPaths.State("management"));
        var url = CommonOptions.StoreOf(parsed, Store, directory);
        var secret = CommonOptions.SecretOf(parsed, KeyFile, PassphraseFile, directory);
        List<X509Certificate2> recipients = parsed.GetValue(Recipients) is { Length: > 0 } files
            ? [.. files.Select(Load)]
            : [new OperatorProfile(parsed.GetRequiredValue(CommonOptions.Profile)).Open().Certificate];
        await using var store = await StateStores.OpenAsync(url, parsed.GetValue(Credentials), mustExist: true, TimeProvider.System, cancellationToken);
        return await NetworkBackup.CreateAsync(
            store, parsed.GetValue(Network), secret, path, recipients, !parsed.GetValue(WithoutRoot), bar, TimeProvider.System, cancellationToken);
    }

    private static X509Certificate2 Load(string path)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliException($"--recipient: {path} is not a certificate: {e.Message}", e);
        }
    }
}
