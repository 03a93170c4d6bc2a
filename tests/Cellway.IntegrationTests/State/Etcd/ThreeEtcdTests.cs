using Cellway.Testing.Etcd;

namespace Cellway.IntegrationTests.State.Etcd;

/// <summary>Three members with TLS, the endpoints of all given.</summary>
public sealed class ThreeEtcdTests(ThreeEtcdTests.Fixture fixture) : EtcdStateStoreTests(fixture), IClassFixture<ThreeEtcdTests.Fixture>
{
    public sealed class Fixture() : EtcdClusterFixture(new EtcdClusterOptions { Members = 3 });
}
