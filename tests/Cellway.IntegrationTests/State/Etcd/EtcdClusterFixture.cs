using Cellway.Testing.Etcd;

namespace Cellway.IntegrationTests.State.Etcd;

/// <summary>One cluster for all tests of a class.</summary>
public abstract class EtcdClusterFixture(EtcdClusterOptions options) : IAsyncLifetime
{
    private EtcdCluster? _cluster;

    public EtcdCluster Cluster
    {
        get
        {
            Assert.SkipWhen(EtcdCluster.MaySkip, "etcd is not installed.");
            return _cluster!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (!EtcdCluster.MaySkip)
        {
            _cluster = await EtcdCluster.StartAsync(options);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
