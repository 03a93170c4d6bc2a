using Cellway.Testing.Etcd;

namespace Cellway.IntegrationTests.State.Etcd;

/// <summary>One member, in the clear on loopback.</summary>
public sealed class SingleEtcdTests(SingleEtcdTests.Fixture fixture) : EtcdStateStoreTests(fixture), IClassFixture<SingleEtcdTests.Fixture>
{
    public sealed class Fixture() : EtcdClusterFixture(new EtcdClusterOptions { Tls = false });
}
