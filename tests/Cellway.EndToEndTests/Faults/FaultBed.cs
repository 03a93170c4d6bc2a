using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Cellway.State.Etcd;
using Cellway.Testing;
using Cellway.Testing.Etcd;

namespace Cellway.EndToEndTests.Faults;

/// <summary>Three members of etcd and three replicas, each on a machine of its own, and a network in them.</summary>
internal sealed class FaultBed : IAsyncDisposable
{
    private static readonly string[] MemberNames = ["m1", "m2", "m3"]; // as EtcdCluster names them
    private static readonly string[] ReplicaNames = ["r1", "r2", "r3"];

    private readonly List<EtcdStateStore> _stores = [];

    private FaultBed(string home, IFaultNetwork network, EtcdCluster cluster) => (Home, Network, Cluster) = (home, network, cluster);

    public string Home { get; }

    public IFaultNetwork Network { get; }

    public EtcdCluster Cluster { get; }

    public IReadOnlyList<ReplicaProcess> Replicas { get; private set; } = [];

    public StateKeys Keys { get; private set; } = null!;

    public X509Certificate2 Operator { get; private set; } = null!;

    public static async Task<FaultBed> StartAsync(string home, CancellationToken cancellationToken)
    {
        IFaultNetwork network = await NamespaceNetwork.TryCreateAsync([.. MemberNames, .. ReplicaNames]) ?? (IFaultNetwork)new ProxyNetwork();
        EtcdCluster? cluster = null;
        try
        {
            cluster = await EtcdCluster.StartAsync(new()
            {
                Members = MemberNames.Length,
                Hosts = [.. MemberNames.Select(network.HostOf)],
                Launchers = [.. MemberNames.Select(network.LauncherOf)],
            });
            var bed = new FaultBed(home, network, cluster);
            await bed.CreateNetworkAsync();
            bed.Replicas = [.. ReplicaNames.Select(bed.ReplicaOf)];
            await Task.WhenAll(bed.Replicas.Select(r => r.StartAsync(cancellationToken)));
            return bed;
        }
        catch
        {
            await (cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>The store as a replica opens it, the members in an order of its own.</summary>
    public async Task<EtcdStateStore> OpenStoreAsync(int first, CancellationToken cancellationToken)
    {
        Uri[] endpoints = [.. Cluster.Endpoints.Skip(first), .. Cluster.Endpoints.Take(first)];
        var store = await EtcdStateStore.OpenAsync(new() { Endpoints = endpoints, Credentials = Cluster.Credentials }, TimeProvider.System, cancellationToken);
        _stores.Add(store);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        foreach (var replica in Replicas)
        {
            await replica.DisposeAsync();
        }

        await Cluster.DisposeAsync();
        await Network.DisposeAsync();
        Operator?.Dispose();
    }

    private async Task CreateNetworkAsync()
    {
        var created = await CellwayProgram.JsonAsync(
            Home, "init", "--state", Path.Combine(Home, "m"), "--store", Cluster.Url, "--etcd-credentials", Cluster.Credentials!, "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        Keys = new(created.GetProperty("network").GetString()!);
        Assert.True(NodeKey.TryLoad(Path.Combine(Home, "operator", "operator.key"), out var key));
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Home, "operator", "operator.crt"));
        Operator = key.Attach(certificate);
    }

    private ReplicaProcess ReplicaOf(string name)
    {
        var store = "etcd:" + string.Join(',', Network.EndpointsFor(name, Cluster).Select(e => e.ToString().TrimEnd('/')));
        return new(
            name, Home, Address(), Address(), Network.LauncherOf(name),
            ["--state", Path.Combine(Home, "m"), "--store", store, "--etcd-credentials", Cluster.Credentials!]);

        string Address() => string.Create(CultureInfo.InvariantCulture, $"{Network.HostOf(name)}:{ServerProcess.FreePort()}");
    }
}
