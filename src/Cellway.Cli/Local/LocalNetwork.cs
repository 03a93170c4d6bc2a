using System.Net;
using System.Net.Sockets;
using Cellway.Cli.Admin;
using Cellway.CoreNode;
using Cellway.EntryNode;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Hosting;
using Cellway.Model.Contracts;
using Cellway.Model.State;
using Cellway.Node.Hosting;
using Cellway.Pki.Issuing;
using Cellway.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Cli.Local;

/// <summary>A whole network in this process: management, one Core, one Entry, one device. Its identities survive a restart.</summary>
internal sealed class LocalNetwork : IAsyncDisposable
{
    private const string Owner = "me";
    private const string Cell = "home";
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(150); // a Core that was tried too early is tried again when handshakes are allowed again, after a minute

    // Addresses of their own, so that the Core tells the Entry from other programs of this machine. Only Linux has all of 127/8.
    private static readonly IPAddress EntryOutbound = OperatingSystem.IsLinux() ? IPAddress.Parse("127.0.0.2") : IPAddress.Loopback;

    private readonly string _directory;
    private readonly Action<ILoggingBuilder> _logging;
    private readonly Stack<IHost> _hosts = new();
    private LocalSettings _settings;
    private IStateStore? _store;
    private AdminClient? _admin;

    private LocalNetwork(string directory, LocalSettings settings, Action<ILoggingBuilder> logging)
    {
        _directory = directory;
        _settings = settings;
        _logging = logging;
    }

    public string SubscriptionUrl => _settings.SubscriptionUrl ?? throw new InvalidOperationException("The network has not been started.");

    public string CaFile => PathOf("ca.pem");

    private OperatorProfile Profile => new(PathOf("operator"));

    private string SettingsFile => PathOf("up.json");

    private StateStoreUrl Store => StateStores.In(PathOf("management"));

    private SealSecret Secret => new(PathOf("management/seal.key"), null);

    private AdminClient Admin => _admin ?? throw new InvalidOperationException("Management has not been started.");

    /// <summary>Starts it, making it first if there is none.</summary>
    public static async Task<LocalNetwork> StartAsync(string directory, int entryPort, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        var settings = LocalSettings.TryLoad(Path.Combine(directory, "up.json"));
        var network = new LocalNetwork(directory, settings ?? LocalSettings.New(entryPort), logging);
        try
        {
            if (settings is null)
            {
                RequireFree(entryPort); // before the network remembers it
                await network.CreateAsync(cancellationToken);
            }

            await network.RunAsync(cancellationToken);
            return network;
        }
        catch (Exception e) when (e is AdminException or SealException or InvalidDataException or NewerSchemaException)
        {
            await network.DisposeAsync();
            throw new CliException(e.Message, e);
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        while (_hosts.TryPop(out var host))
        {
            await host.StopAsync();
            host.Dispose();
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    private static void RequireFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new CliException($"Port {port} is in use or not allowed: choose another with --port.", e);
        }
    }

    private string PathOf(string name) => Path.Combine(_directory, name);

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var plan = new NetworkPlan("Cellway at home", new(Cell, "www.home.example", "cdn.home.example", [$"127.0.0.1:{_settings.EntryPort}"]));
        await NetworkInitializer.RunAsync(
            PathOf("management"), Store, null, Secret, Profile, plan, $"127.0.0.1:{_settings.AdminPort}", TimeProvider.System, cancellationToken);
        _settings.Save(SettingsFile);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        _store = await StateStores.OpenAsync(Store, null, mustExist: true, TimeProvider.System, cancellationToken);
        var manager = new ManagerOptions
        {
            Secret = Secret,
            NodeListen = new(IPAddress.Loopback, _settings.NodePort),
            AdminListen = new(IPAddress.Loopback, _settings.AdminPort),
        };
        await StartHostAsync(await ManagerHost.BuildAsync(manager, _store, _logging, TimeProvider.System, cancellationToken), cancellationToken);
        _admin = new(Profile.Open(), null, TimeProvider.System);
        if ((await Admin.GetAsync("participants", AdminJson.Default.IReadOnlyListParticipantInfo, cancellationToken)).Count == 0)
        {
            await Admin.SendAsync(HttpMethod.Post, "participants", new NewParticipant(Owner), AdminJson.Default.NewParticipant, AdminJson.Default.ParticipantInfo, cancellationToken);
        }

        await StartCoreAsync(cancellationToken);
        await StartEntryAsync(cancellationToken);
        await EnsureDeviceAsync(cancellationToken);
        await WaitUntilReadyAsync(cancellationToken);
    }

    private async Task StartCoreAsync(CancellationToken cancellationToken)
    {
        var options = new CoreOptions
        {
            Node = await NodeAsync("core", NodeRole.Core, $"127.0.0.1:{_settings.CorePort}", null, cancellationToken),
            ExitPolicy = new() { AllowRanges = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")] }, // this machine is all there is
        };
        await StartHostAsync(await CoreHost.BuildAsync(options, _logging, TimeProvider.System, cancellationToken), cancellationToken);
    }

    private async Task StartEntryAsync(CancellationToken cancellationToken)
    {
        var options = new EntryOptions
        {
            Node = await NodeAsync("entry", NodeRole.Entry, $"127.0.0.1:{_settings.EntryPort}", EntryOutbound.ToString(), cancellationToken),
        };
        await StartHostAsync(await EntryHost.BuildAsync(options, _logging, TimeProvider.System, cancellationToken), cancellationToken);
    }

    private async Task<NodeOptions> NodeAsync(string name, NodeRole role, string listen, string? bind, CancellationToken cancellationToken)
    {
        var options = new NodeOptions
        {
            Role = role, StateDirectory = PathOf(name), Listen = listen, BindAddress = bind, DeclaredAddress = "127.0.0.1", SoftwareVersion = Model.Nodes.Software.Version,
        };
        if (File.Exists(PathOf($"{name}/node.crt")))
        {
            return options; // it has joined already
        }

        var wanted = new NewToken(Owner, name, role == NodeRole.Core ? Cell : null);
        var token = await Admin.SendAsync(HttpMethod.Post, "tokens", wanted, AdminJson.Default.NewToken, AdminJson.Default.CreatedToken, cancellationToken);
        return options with { JoinToken = token.Token };
    }

    private async Task EnsureDeviceAsync(CancellationToken cancellationToken)
    {
        var cell = (await Admin.GetAsync("cells", AdminJson.Default.IReadOnlyListCellInfo, cancellationToken)).Single(c => c.Id == Cell);
        await File.WriteAllTextAsync(CaFile, cell.PrivateRoot + "\n", cancellationToken);
        if (_settings.SubscriptionUrl is not null)
        {
            return;
        }

        if ((await Admin.GetAsync("users", AdminJson.Default.IReadOnlyListUserInfo, cancellationToken)).Count == 0)
        {
            await Admin.SendAsync(HttpMethod.Post, "users", new NewUser(Owner), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
        }

        // A device of an earlier start that ended right here has a URL that nobody knows any more: give it a new one.
        var devices = await Admin.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, cancellationToken);
        var credential = devices.Count == 0
            ? await Admin.SendAsync(HttpMethod.Post, "devices", new NewDevice(Owner, "first"), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken)
            : await Admin.PostAsync($"devices/{devices[0].Id}/credential", AdminJson.Default.DeviceCredential, cancellationToken);
        _settings = _settings with { SubscriptionUrl = credential.SubscriptionUrls[0] };
        _settings.Save(SettingsFile);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while ((await Admin.GetAsync("nodes", AdminJson.Default.IReadOnlyListNodeInfo, cancellationToken)).Any(n => n.State != "ready"))
        {
            if (TimeProvider.System.GetElapsedTime(begun) > ReadyWithin)
            {
                throw new CliException("The nodes do not become ready: see the log above (--verbose).");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    private async Task StartHostAsync(IHost host, CancellationToken cancellationToken)
    {
        _hosts.Push(host);
        await HostRunner.StartAsync(host, cancellationToken);
    }
}
