using Cellway.Testing;
using Cellway.Testing.Etcd;

namespace Cellway.EndToEndTests.Faults;

/// <summary>Where namespaces may not be made: everything on loopback, and a proxy on each way from a replica to a member.</summary>
internal sealed class ProxyNetwork : IFaultNetwork
{
    private readonly Dictionary<(string Replica, string Member), FaultProxy> _ways = [];

    public string Kind => "a proxy per link";

    public string HostOf(string machine) => "127.0.0.1";

    public IReadOnlyList<string> LauncherOf(string machine) => [];

    public IReadOnlyList<Uri> EndpointsFor(string replica, EtcdCluster cluster) =>
        [.. cluster.Members.Select(m => new UriBuilder(m.Endpoint) { Port = WayTo(replica, m).Port }.Uri)];

    public Task PartitionAsync(string replica, IReadOnlyList<string> members)
    {
        foreach (var member in members)
        {
            _ways[(replica, member)].Partition();
        }

        return Task.CompletedTask;
    }

    public Task HealAsync()
    {
        foreach (var way in _ways.Values)
        {
            way.Heal();
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var way in _ways.Values)
        {
            await way.DisposeAsync();
        }
    }

    private FaultProxy WayTo(string replica, EtcdMemberProcess member)
    {
        if (!_ways.TryGetValue((replica, member.Name), out var way))
        {
            _ways[(replica, member.Name)] = way = new(member.ClientPort);
        }

        return way;
    }
}
