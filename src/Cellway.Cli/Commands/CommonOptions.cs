using System.CommandLine;
using Cellway.Cli.Admin;
using Cellway.Cli.Local;
using Cellway.Cli.Output;
using Cellway.Manager.Authority;
using Cellway.State;

namespace Cellway.Cli.Commands;

/// <summary>Options that several commands share, each meaning the same everywhere.</summary>
internal static class CommonOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON for scripts instead of tables", Recursive = true };

    public static readonly Option<string> Profile = new("--profile")
    {
        Description = "Directory of the operator's credential (or CELLWAY_PROFILE)",
        DefaultValueFactory = _ => CliPaths.Profile,
        Recursive = true,
    };

    public static readonly Option<string?> Server = new("--server")
    {
        Description = "host:port of management's admin listener; the profile remembers one",
        Recursive = true,
    };

    public static Option<string> State(string name) => new("--state")
    {
        Description = "Directory that keeps everything (or CELLWAY_STATE)",
        DefaultValueFactory = _ => CliPaths.State(name),
    };

    public static Option<string?> Store() => new("--store")
    {
        Description = "Where the state is: sqlite:PATH or etcd:https://HOST:PORT,…/PREFIX; default: state.db in the state directory",
    };

    public static Option<string?> EtcdCredentials() => new("--etcd-credentials")
    {
        Description = "Directory with ca.crt, tls.crt and tls.key, from “cellway etcd certificate client”",
    };

    public static Option<string?> KeyFile() => new("--key-file") { Description = "File that opens the network's secrets; default: seal.key in the state directory" };

    public static Option<string?> PassphraseFile() => new("--passphrase-file") { Description = "File with the passphrase that opens the network's secrets (or CELLWAY_PASSPHRASE)" };

    /// <summary>The same in every command that opens the root.</summary>
    public static readonly Option<string?> RootToken = new("--root-token")
    {
        Description = "The PKCS#11 token that keeps the root's key, as pkcs11:token=LABEL?module-path=LIBRARY&pin-source=FILE (or CELLWAY_ROOT_TOKEN); new roots are made on it. Default: the key is sealed in the state",
    };

    public static Option<string?> ReadyFile() => new("--ready-file") { Description = "Write the bound endpoints here as JSON once they serve" };

    public static Printer PrinterOf(ParseResult parsed) => new(parsed.GetValue(Json));

    public static AdminClient ClientOf(ParseResult parsed) =>
        new(new OperatorProfile(parsed.GetRequiredValue(Profile)).Open(), parsed.GetValue(Server), TimeProvider.System);

    /// <summary>The store that was named, or the one in the state directory.</summary>
    public static StateStoreUrl StoreOf(ParseResult parsed, Option<string?> store, string state) =>
        parsed.GetValue(store) is { Length: > 0 } text ? StoreOf(text, store.Name) : StateStores.In(state);

    public static StateStoreUrl StoreOf(string text, string option) =>
        StateStoreUrl.TryParse(text, out var url, out var why) ? url : throw new CliException($"{option}: {why}");

    /// <summary>What opens the network's secrets: what was named, or the key file in the state directory.</summary>
    public static SealSecret SecretOf(ParseResult parsed, Option<string?> keyFile, Option<string?> passphraseFile, string state)
    {
        var key = parsed.GetValue(keyFile);
        var passphrase = parsed.GetValue(passphraseFile) is { } file ? ReadPassphrase(file) : Environment.GetEnvironmentVariable("CELLWAY_PASSPHRASE");
        var token = (parsed.GetValue(RootToken) ?? Environment.GetEnvironmentVariable("CELLWAY_ROOT_TOKEN")) is not { Length: > 0 } text ? null
            : Manager.Authority.Tokens.RootToken.TryParse(text, out var read, out var why) ? read
            : throw new CliException($"{RootToken.Name}: {why}");
        return key is not null && passphrase is not null ? throw new CliException("Give a key file or a passphrase, not both.")
            : passphrase is { Length: > 0 } ? new(null, passphrase) { Token = token }
            : new(key ?? Path.Combine(state, "seal.key"), null) { Token = token };
    }

    public static string ReadPassphrase(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n') is { Length: > 0 } passphrase ? passphrase : throw new CliException($"The passphrase file {file} is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"The passphrase file {file} cannot be read: {e.Message}", e);
        }
    }
}
