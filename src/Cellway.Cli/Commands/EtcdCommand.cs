using System.CommandLine;
using Cellway.Cli.Local;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Pki.Issuing;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway etcd</c></summary>
internal static class EtcdCommand
{
    public static Command Create() => new("etcd", "An etcd cluster that keeps the network's state")
    {
        new Command("certificate", "Make credentials for etcd, from the network's own root") { Member(), Client() },
    };

    private static Command Member()
    {
        var hosts = new Option<string[]>("--host")
        {
            Description = "A host name or address by which clients and other members call it; repeatable", Required = true, Arity = ArgumentArity.OneOrMore,
        };
        return Certificate(
            "member",
            "Make the credential of a member: server and peer",
            hosts,
            (parsed, directory, authority, lifetime) =>
            {
                var names = parsed.GetRequiredValue(hosts);
                return names.FirstOrDefault(n => Uri.CheckHostName(n) == UriHostNameType.Unknown) is { } wrong
                    ? throw new CliException($"“{wrong}” is neither a host name nor an address.")
                    : EtcdCredentialFiles.WriteMember(directory, authority, names, lifetime, TimeProvider.System);
            },
            directory =>
            [
                "Start the member with:",
                $"  --client-cert-auth --trusted-ca-file={directory}/ca.crt --cert-file={directory}/tls.crt --key-file={directory}/tls.key",
                $"  --peer-client-cert-auth --peer-trusted-ca-file={directory}/ca.crt --peer-cert-file={directory}/tls.crt --peer-key-file={directory}/tls.key",
                $"  --peer-cert-allowed-cn={EtcdAuthority.MemberName} --enable-grpc-gateway=false --auto-compaction-retention=1h",
            ]);
    }

    private static Command Client()
    {
        var name = new Option<string>("--name") { Description = "The common name: the user that etcd takes it for", DefaultValueFactory = _ => "management" };
        return Certificate(
            "client",
            "Make the credential of a management replica; it opens etcd and nothing else",
            name,
            (parsed, directory, authority, lifetime) => EtcdCredentialFiles.WriteClient(directory, authority, parsed.GetRequiredValue(name), lifetime, TimeProvider.System),
            directory => [$"Start management with --etcd-credentials {directory}."]);
    }

    private static Command Certificate(
        string name,
        string description,
        Option about,
        Func<ParseResult, string, EtcdAuthority, TimeSpan, System.Security.Cryptography.X509Certificates.X509Certificate2> write,
        Func<string, string[]> explain)
    {
        var state = CommonOptions.State("management");
        var store = CommonOptions.Store();
        var credentials = CommonOptions.EtcdCredentials();
        var keyFile = CommonOptions.KeyFile();
        var passphraseFile = CommonOptions.PassphraseFile();
        var network = new Option<string?>("--network") { Description = "Which network, if the state holds several" };
        var output = new Option<string>("--out") { Description = "Directory for ca.crt, tls.crt and tls.key; an older credential there is replaced", Required = true };
        var days = new Option<int>("--days") { Description = "How long it lasts", DefaultValueFactory = _ => 365 };
        var command = new Command(name, description) { about, output, days, state, store, credentials, keyFile, passphraseFile, CommonOptions.RootToken, network };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            var target = Path.GetFullPath(parsed.GetRequiredValue(output));
            if (parsed.GetValue(days) is < 1 or > 3650)
            {
                throw new CliException("--days is 1 to 3650.");
            }

            var lifetime = TimeSpan.FromDays(parsed.GetValue(days));
            await using var opened = await StateStores.OpenAsync(
                CommonOptions.StoreOf(parsed, store, directory), parsed.GetValue(credentials), mustExist: true, TimeProvider.System, cancellationToken);
            try
            {
                var secret = CommonOptions.SecretOf(parsed, keyFile, passphraseFile, directory);
                using var authority = await NetworkEtcdAuthority.OpenAsync(opened, parsed.GetValue(network), secret, $"etcd certificate {name}", TimeProvider.System, cancellationToken);
                using var certificate = write(parsed, target, authority, lifetime);
                var result = new Dictionary<string, string> { ["directory"] = target, ["expires"] = $"{certificate.NotAfter.ToUniversalTime():O}" };
                CommonOptions.PrinterOf(parsed).Print(result, CliJson.Default.DictionaryStringString, _ =>
                {
                    AnsiConsole.WriteLine($"Made {target}: ca.crt, tls.crt and tls.key, until {Printer.Time(certificate.NotAfter.ToUniversalTime())}. Whoever has tls.key has the state: move it like a password.");
                    foreach (var line in explain(target))
                    {
                        Console.Out.WriteLine(line); // lines to copy, so not wrapped
                    }
                });
            }
            catch (Exception e) when (e is AdminException or SealException or IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
            {
                throw new CliException(e.Message, e);
            }
        });
        return command;
    }
}
