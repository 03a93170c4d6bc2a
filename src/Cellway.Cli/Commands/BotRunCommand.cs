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
        var bot = new Option<string>("--bot") { Description = "JSON file with the bot's token and operators", Required = true };
        var state = CommonOptions.State("bot");
        var store = CommonOptions.Store();
        var credentials = CommonOptions.EtcdCredentials();
        var keyFile = CommonOptions.KeyFile();
        var passphraseFile = CommonOptions.PassphraseFile();
        var network = new Option<string?>("--network") { Description = "Which network of the store; needed only when it holds several" };
        var command = new ServerCommand("run", "Run the bot in a process of its own, beside management on the same etcd; one at a time, whoever was first")
        {
            bot, state, store, credentials, keyFile, passphraseFile, network,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ProcessHardening.Apply();
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            var url = CommonOptions.StoreOf(parsed, store, directory);
            if (url.File is { } file)
            {
                throw new CliException($"{file} can be open in one process: let management run the bot with --bot, or keep the state in etcd and name it with --store.");
            }

            try
            {
                await using var gateway = BotGateway.For(BotOptionsFile.Read(parsed.GetRequiredValue(bot)));
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
