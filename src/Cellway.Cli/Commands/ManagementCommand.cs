using System.CommandLine;
using System.Net;
using Cellway.Cli.Local;
using Cellway.Manager.Api;
using Cellway.Manager.Bot;
using Cellway.Manager.Hosting;
using Cellway.Manager.Incidents;
using Cellway.Model.State;
using Cellway.Node.Hosting;
using Cellway.Pki.Issuing;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway management</c></summary>
internal static class ManagementCommand
{
    public static Command Create()
    {
        var state = CommonOptions.State("management");
        var store = CommonOptions.Store();
        var credentials = CommonOptions.EtcdCredentials();
        var keyFile = CommonOptions.KeyFile();
        var passphraseFile = CommonOptions.PassphraseFile();
        var nodes = new Option<string>("--node-listen") { Description = "Where nodes come in; port 0 takes a free one", DefaultValueFactory = _ => "[::]:7443" };
        var admin = new Option<string>("--admin-listen") { Description = "Where operators come in; never open it to the internet", DefaultValueFactory = _ => "127.0.0.1:7444" };
        var publics = new Option<string[]>("--public") { Description = "host:port that nodes are told to connect to; repeatable; default: --node-listen" };
        var rules = new Option<string?>("--incident-rules") { Description = "JSON file with rules of the incident detector; the same for every replica" };
        var bot = new Option<string?>("--bot") { Description = "JSON file with the Telegram bot's token and operators; the same for every replica; default: no bot" };
        var readyFile = CommonOptions.ReadyFile();
        var command = new Command("management", "Run a replica of the management plane")
        {
            state, store, credentials, keyFile, passphraseFile, nodes, admin, publics, rules, bot, readyFile,
        };
        var rotation = new RotationFlags();
        rotation.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            var options = new ManagerOptions
            {
                Secret = CommonOptions.SecretOf(parsed, keyFile, passphraseFile, directory),
                NodeListen = Endpoints.Read(parsed.GetRequiredValue(nodes), nodes.Name),
                AdminListen = Endpoints.Read(parsed.GetRequiredValue(admin), admin.Name),
                PublicEndpoints = parsed.GetValue(publics) ?? [],
                Incidents = RulesOf(parsed.GetValue(rules)),
                ReadyFile = parsed.GetValue(readyFile),
                Rotation = rotation.Read(parsed),
            };
            await using var gateway = BotGateway.For(BotOf(parsed.GetValue(bot)));
            options = options with { Bot = gateway.Options };
            if (options.PublicEndpoints.Count == 0 && (options.NodeListen.Address.Equals(IPAddress.Any) || options.NodeListen.Address.Equals(IPAddress.IPv6Any)))
            {
                throw new CliException("Nodes must be told one address: say --public HOST:PORT, or let --node-listen name one.");
            }

            await using var opened = await StateStores.OpenAsync(
                CommonOptions.StoreOf(parsed, store, directory), parsed.GetValue(credentials), mustExist: true, TimeProvider.System, cancellationToken);
            try
            {
                using var host = await ManagerHost.BuildAsync(options, opened, ConsoleLogs.Configure, TimeProvider.System, cancellationToken);
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

    private static BotOptions? BotOf(string? path)
    {
        try
        {
            return path is null ? null : BotOptionsFile.Read(path);
        }
        catch (AdminException e)
        {
            throw new CliException(e.Message, e);
        }
    }

    private static IncidentOptions RulesOf(string? path)
    {
        try
        {
            return path is null ? new() : IncidentRulesFile.Read(path);
        }
        catch (AdminException e)
        {
            throw new CliException(e.Message, e);
        }
    }
}
