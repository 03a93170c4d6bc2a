using System.CommandLine;
using System.Net;
using Cellway.Cli.Local;
using Cellway.Manager.Api;
using Cellway.Manager.Bot;
using Cellway.Manager.Hosting;
using Cellway.Model.State;
using Cellway.Node.Configuration;
using Cellway.Node.Hosting;
using Cellway.Pki.Issuing;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway bot run</c></summary>
internal static class BotRunCommand
{
    public static Command Create()
    {
        var bot = new Option<string?>("--bot") { Description = "JSON file with the bot's token and operators" };
        var home = CommonOptions.State("bot");
        var store = CommonOptions.Store();
        var credentials = CommonOptions.EtcdCredentials();
        var keyFile = CommonOptions.KeyFile();
        var passphraseFile = CommonOptions.PassphraseFile();
        var network = new Option<string?>("--network") { Description = "Which network of the store; needed only when it holds several" };
        var command = new ServerCommand("run", "Run the bot in a process of its own, beside management on the same etcd; one at a time, whoever was first")
        {
            bot, home, store, credentials, keyFile, passphraseFile, network,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ProcessHardening.Apply();
            if (new SettingReader(parsed).Errors is { Count: > 0 } errors)
            {
                throw new CliException(string.Join(" ", errors));
            }

            var file = parsed.GetValue(bot) ?? throw new CliException("Say which bot: --bot FILE, with its token and operators (docs/bot.md).");
            var directory = Path.GetFullPath(parsed.GetRequiredValue(home));
            var url = CommonOptions.StoreOf(parsed, store, directory);
            if (url.File is { } state)
            {
                throw new CliException($"{state} can be open in one process: let management run the bot with --bot, or keep the state in etcd and name it with --store.");
            }

            try
            {
                await using var gateway = BotGateway.For(BotOptionsFile.Read(file));
                var options = new ManagerOptions
                {
                    Secret = CommonOptions.SecretOf(parsed, keyFile, passphraseFile, directory),
                    NodeListen = new(IPAddress.Loopback, 0), // it listens nowhere
                    AdminListen = new(IPAddress.Loopback, 0),
                    Network = parsed.GetValue(network),
                    Bot = gateway.Options,
                };
                await using var opened = await StateStores.OpenAsync(url, parsed.GetValue(credentials), mustExist: true, TimeProvider.System, cancellationToken);
                ProcessHardening.Erase(options.Secret.Passphrase);
                using var host = await BotHost.BuildAsync(options, opened, ConsoleLogs.Configure, TimeProvider.System, cancellationToken);
                await HostRunner.RunAsync(host, cancellationToken);
                if (ManagerHost.FailureOf(host) is { } failure)
                {
                    throw new CliException(failure);
                }
            }
            catch (Exception e) when (e is AdminException or SealException or InvalidDataException or NewerSchemaException or StateUnavailableException)
            {
                throw new CliException(e.Message, e);
            }
        });
        return command;
    }
}
