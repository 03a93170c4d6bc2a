using System.Security.Cryptography.X509Certificates;
using Cellway.IntegrationTests.State;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Hosting;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.State.Memory;
using Google.Protobuf;
using Contracts = Cellway.Model.Contracts;

namespace Cellway.IntegrationTests.Manager;

/// <summary>A network with one cell and one participant, and a replica that serves it.</summary>
internal sealed class ManagedNetwork : IAsyncDisposable
{
    public const string Cell = "north";
    public const string Participant = "alice";

    private readonly TemporaryDirectory _directory = new();
    private readonly IStateStore _inner;
    private X509Certificate2 _operator = null!;

    private ManagedNetwork(IStateStore inner, IStateStore store, TimeProvider time)
    {
        _inner = inner;
        Store = store;
        Time = time;
    }

    public IStateStore Store { get; }

    public TimeProvider Time { get; }

    public CapturedLog Log { get; } = new();

    public ManagerOptions Options { get; private set; } = null!;

    public CreatedNetwork Network { get; private set; } = null!;

    public StateKeys Keys => new(Network.Network);

    public RunningReplica Replica { get; private set; } = null!;

    public AdminClient Admin { get; private set; } = null!;

    public X509Certificate2 Operator => _operator;

    public NodeKey OperatorKey { get; } = NodeKey.New();

    public NetworkAuthority Authority => Replica.Get<NetworkAuthority>();

    public NetworkView View => Replica.Get<NetworkViewFeed>().Current;

    /// <param name="configure">Changes the options before the replica starts.</param>
    /// <param name="store">Where the state is kept; memory if null. Disposed with this object.</param>
    /// <param name="wrap">What the replica gets in its place.</param>
    /// <param name="time">The clock; the system's if null.</param>
    public static async Task<ManagedNetwork> StartAsync(
        Func<ManagerOptions, ManagerOptions>? configure = null, IStateStore? store = null, Func<IStateStore, IStateStore>? wrap = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        store ??= new MemoryStateStore(time);
        var network = new ManagedNetwork(store, wrap is null ? store : wrap(store), time);
        await network.CreateAsync();
        network.Options = (configure ?? (o => o))(network.Options);
        network.Replica = await network.StartReplicaAsync();
        network.Admin = new(network.Replica.Admin, network.Operator);
        await network.Admin.PostAsync<ParticipantInfo>("/v1/participants", new NewParticipant(Participant));
        return network;
    }

    public Task<RunningReplica> StartReplicaAsync(IStateStore? store = null) => RunningReplica.StartAsync(Options, store ?? Store, Time, Log);

    public NodeClient Connect(X509Certificate2? certificate, RunningReplica? replica = null) => new((replica ?? Replica).Nodes, certificate);

    public async Task<JoinToken> NewTokenAsync(Role role, string? cell = Cell, TimeSpan? lifetime = null)
    {
        var created = await Admin.PostAsync<CreatedToken>(
            "/v1/tokens", new NewToken(Participant, role == Role.Core ? "core" : "entry", cell, lifetime));
        Assert.True(JoinToken.TryParse(created.Token, out var token, out _));
        return token;
    }

    /// <summary>A node that has enrolled as real ones do.</summary>
    public async Task<EnrolledNode> EnrollAsync(Role role, string? cell = Cell)
    {
        var key = NodeKey.New();
        using var client = Connect(null);
        var credential = await client.EnrollAsync(Request(await NewTokenAsync(role, cell), role, key));
        return new(key, credential);
    }

    public static Contracts.EnrollRequest Request(JoinToken token, Role role, NodeKey key) => new()
    {
        TokenId = ByteString.CopyFrom(token.Id),
        Secret = ByteString.CopyFrom(token.Secret),
        CertificateRequest = ByteString.CopyFrom(key.CreateRequest()),
        Role = role == Role.Core ? Contracts.NodeRole.Core : Contracts.NodeRole.Entry,
    };

    /// <summary>A user (new unless named) with a new device.</summary>
    public async Task<DeviceCredential> NewDeviceAsync(string user, string name = "phone")
    {
        if (View.Accounts.FindUser(user) is null)
        {
            await Admin.PostAsync<UserInfo>("/v1/users", new NewUser(user));
        }

        return await Admin.PostAsync<DeviceCredential>("/v1/devices", new NewDevice(user, name));
    }

    /// <summary>Writes past management, as another replica would, and waits until this one has seen it.</summary>
    public async Task WriteAsync(StateTransaction transaction)
    {
        var result = await Store.CommitAsync(transaction, TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded);
        await Replica.Get<NetworkViewFeed>().WaitForAsync(result.Revision, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Admin?.Dispose();
        if (Replica is not null)
        {
            await Replica.DisposeAsync();
        }

        await _inner.DisposeAsync();
        OperatorKey.Dispose();
        _directory.Dispose();
    }

    private async Task CreateAsync()
    {
        KeyFile.Create(_directory["seal.key"]);
        var secret = new SealSecret(_directory["seal.key"], null);
        var key = OperatorKey;
        await NetworkCreator.CreateAsync(
            _inner,
            new("Test network", new NewCell(Cell, "entry.north.example", "exit.north.example", ["127.0.0.1:8443"])),
            secret,
            key.CreateRequest(),
            created => Network = created,
            Time,
            TestContext.Current.CancellationToken);
        using var certificate = X509CertificateLoader.LoadCertificate(Network.OperatorCertificate);
        _operator = key.Attach(certificate);
        Options = new()
        {
            NodeListen = new(System.Net.IPAddress.Loopback, 0),
            AdminListen = new(System.Net.IPAddress.Loopback, 0),
            Secret = secret,
            Network = Network.Network,
        };
    }
}
