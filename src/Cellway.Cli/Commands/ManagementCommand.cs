using System.CommandLine;
using System.Net;
using Cellway.Cli.Local;
using Cellway.Manager.Api;
using Cellway.Manager.Bot;
using Cellway.Manager.Hosting;
using Cellway.Manager.Incidents;
using Cellway.Model.State;
using Cellway.Node.Configuration;
using Cellway.Node.Health;
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
        var network = new Option<string?>("--network") { Description = "Which network of the store to serve; needed only when it holds several" };
        var cluster = new KubernetesCommandOptions();
        var rules = new Option<string?>("--incident-rules") { Description = "JSON file with rules of the incident detector; the same for every replica" };
        var bot = new Option<string?>("--bot") { Description = "JSON file with the Telegram bot's token and operators; the same for every replica; default: no bot" };
        var lifetime = DurationOption.New("--certificate-lifetime", "How long nodes' certificates last: 10m, 24h, 90d; default 90 days. Nodes renew in time");
        var readyFile = CommonOptions.ReadyFile();
        var command = new ServerCommand("management", "Run a replica of the management plane")
        {
            state, store, credentials, keyFile, passphraseFile, nodes, admin, publics, network, rules, bot, lifetime, readyFile,
        };
        cluster.AddTo(command);
        var rotation = new RotationFlags();
        rotation.AddTo(command);
        var liveness = new LivenessFlags();
        liveness.AddTo(command);
        var backups = new BackupFlags();
        backups.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ProcessHardening.Apply();
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            var health = new NodeHealth();
            await using var socket = HealthSocket.Listen(directory, health);
            var settings = new SettingReader(parsed);
            var errors = settings.Errors.ToList();
            var options = new ManagerOptions
            {
                Secret = Try(() => CommonOptions.SecretOf(parsed, keyFile, passphraseFile, directory)) ?? new(null, null),
                NodeListen = Try(() => Endpoints.Read(parsed.GetRequiredValue(nodes), nodes.Name)) ?? new(IPAddress.Loopback, 0),
                AdminListen = Try(() => Endpoints.Read(parsed.GetRequiredValue(admin), admin.Name)) ?? new(IPAddress.Loopback, 0),
                PublicEndpoints = parsed.GetValue(publics) ?? [],
                Network = parsed.GetValue(network),
                Kubernetes = Try(() => cluster.Read(parsed)),
                Incidents = Try(() => RulesOf(parsed.GetValue(rules))) ?? new(),
                Enrollment = new() { CertificateLifetime = parsed.GetValue(lifetime) ?? new Manager.Enrollment.EnrollmentOptions().CertificateLifetime },
                ReadyFile = parsed.GetValue(readyFile),
                Rotation = Try(() => rotation.Read(parsed)) ?? new(),
                Routing = Try(() => liveness.ReadRouting(parsed)) ?? new(),
                PhoneHome = Try(() => liveness.ReadPhoneHome(parsed)) ?? new(),
                Backups = Try(() => backups.Read(parsed)) ?? new(),
            };
            if (options.Enrollment.CertificateLifetime < TimeSpan.FromMinutes(1) || options.Enrollment.CertificateLifetime > TimeSpan.FromDays(825))
            {
                errors.Add("--certificate-lifetime: must be 1m to 825d.");
            }

            var botOptions = Try(() => BotOf(parsed.GetValue(bot)));
            var url = Try(() => CommonOptions.StoreOf(parsed, store, directory));
            if (options.PublicEndpoints.Count == 0 && (options.NodeListen.Address.Equals(IPAddress.Any) || options.NodeListen.Address.Equals(IPAddress.IPv6Any)))
            {
                errors.Add("Nodes must be told one address: say --public HOST:PORT, or let --node-listen name one.");
            }

            if (errors.Count > 0 || url is null)
            {
                throw new CliException(string.Join(" ", errors));
            }

            await using var gateway = BotGateway.For(botOptions);
            options = options with { Bot = gateway.Options };
            await using var opened = await StateStores.OpenAsync(url, parsed.GetValue(credentials), mustExist: true, TimeProvider.System, cancellationToken);
            try
            {
                ProcessHardening.Erase(options.Secret.Passphrase);
                using var host = await ManagerHost.BuildAsync(options, opened, ConsoleLogs.Configure, TimeProvider.System, cancellationToken);
                await using var end = cancellationToken.Register(() => health.Set(false, "sends its nodes to other replicas"));
                await HostRunner.RunAsync(host, cancellationToken, () => health.Set(true, "serves"));
                if (ManagerHost.FailureOf(host) is { } failure)
                {
                    throw new CliException(failure);
                }
            }
            catch (Exception e) when (e is AdminException or SealException or InvalidDataException or NewerSchemaException or StateUnavailableException)
            {
                throw new CliException(e.Message, e);
            }

            T? Try<T>(Func<T?> read)
                where T : class
            {
                try
                {
                    return read();
                }
                catch (CliException e)
                {
                    errors.Add(e.Message);
                    return null;
                }
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
