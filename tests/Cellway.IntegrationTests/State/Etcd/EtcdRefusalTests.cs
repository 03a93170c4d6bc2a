using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.State.Etcd;
using Cellway.State.Etcd.Wire;
using Cellway.Testing;
using Cellway.Testing.Etcd;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Cellway.IntegrationTests.State.Etcd;

/// <summary>Whom etcd refuses, what we refuse, and what is said then.</summary>
public sealed class EtcdRefusalTests(EtcdRefusalTests.Fixture fixture) : IClassFixture<EtcdRefusalTests.Fixture>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private EtcdCluster Cluster => fixture.Cluster;

    private CancellationToken Limit => _limit.Token;

    public void Dispose()
    {
        _directory.Dispose();
        _limit.Dispose();
    }

    [Theory]
    [InlineData(Role.Core)]
    [InlineData(Role.Entry)]
    [InlineData(Role.Operator)]
    [InlineData(Role.Management)]
    public async Task Open_WithACertificateOfTheNetwork_IsRefused(Role role)
    {
        using var key = NodeKey.New();
        Assert.True(CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
        using var certificate = Cluster.Root.Issue(new Identity("network1", role, "id1"), publicKey, TimeSpan.FromDays(1), TimeProvider.System);
        await ExpectCertificateRefusalAsync(Write(Cluster.Authority.Certificate, certificate, key));
    }

    [Fact]
    public async Task Open_WithACredentialOfAnotherNetwork_IsRefused()
    {
        using var root = RootAuthority.Create(TimeProvider.System);
        using var foreign = EtcdAuthority.Of(root);
        EtcdCredentialFiles.WriteClient(_directory["foreign"], foreign, "management", TimeSpan.FromDays(1), TimeProvider.System).Dispose();

        await ExpectCertificateRefusalAsync(_directory["foreign"]); // we do not believe the member
        PrivateFiles.Write(Path.Combine(_directory["foreign"], "ca.crt"), Encoding.ASCII.GetBytes(Cluster.Authority.Certificate.ExportCertificatePem()));
        await ExpectCertificateRefusalAsync(_directory["foreign"]); // and now it does not believe us
    }

    [Fact]
    public async Task Open_MemberHasAnotherName_IsRefused()
    {
        // Its certificate is for 127.0.0.1.
        await ExpectCertificateRefusalAsync(Cluster.Credentials!, Options with { Endpoints = [new($"https://localhost:{Cluster.Members[0].ClientPort}")] });
    }

    [Fact]
    public async Task Open_NobodyListens_SaysWhichMemberAndWhatToCheck()
    {
        var e = await Assert.ThrowsAsync<StateUnavailableException>(() => OpenAsync(Options with { Endpoints = [new("https://127.0.0.1:1")] }));

        Assert.Contains("https://127.0.0.1:1", e.Message, StringComparison.Ordinal);
        Assert.Contains("majority", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NoCredentials_SaysHowToMakeThem()
    {
        foreach (var directory in (string?[])[null, _directory["missing"]])
        {
            var e = await Assert.ThrowsAsync<EtcdStoreException>(() => OpenAsync(Options with { Credentials = directory }));
            Assert.Contains("cellway etcd certificate", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_InTheClearToAnotherMachine_IsRefused()
    {
        var e = await Assert.ThrowsAsync<EtcdStoreException>(() => OpenAsync(Options with { Endpoints = [new("http://192.0.2.1:2379")] }));
        Assert.Contains("https", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_MembersOfTwoClusters_IsRefused()
    {
        await using var other = await EtcdCluster.StartAsync(new() { Tls = false });
        var e = await Assert.ThrowsAsync<EtcdStoreException>(() => OpenAsync(Options with { Endpoints = [Cluster.Endpoints[0], other.Endpoints[0]] }));
        Assert.Contains("another cluster", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.3.27")]
    [InlineData("nonsense")]
    public async Task Open_TooOld_IsRefused(string version)
    {
        var (app, endpoint) = await FakeEtcdAsync(version);
        await using (app)
        {
            var e = await Assert.ThrowsAsync<EtcdStoreException>(() => OpenAsync(Options with { Endpoints = [endpoint] }));
            Assert.Contains(version, e.Message, StringComparison.Ordinal);
            Assert.Contains("Upgrade", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task AnyCall_AnotherClusterAnswersMeanwhile_IsUnavailableAndSaysWhy()
    {
        await using var first = await EtcdCluster.StartAsync(new() { Tls = false });
        await using var second = await EtcdCluster.StartAsync(new() { Tls = false });
        await using var proxy = new FaultProxy(first.Members[0].ClientPort);
        await using var store = await OpenAsync(new() { Endpoints = [new($"http://127.0.0.1:{proxy.Port}")] });
        Assert.Null(await store.GetAsync("key", Limit));

        proxy.Retarget(second.Members[0].ClientPort);

        // Whoever asks is told to come again: an operator puts the right cluster back, or starts the replicas anew.
        var e = await Assert.ThrowsAsync<StateUnavailableException>(async () => await store.GetAsync("key", Limit));
        Assert.Contains("another cluster", e.Message, StringComparison.Ordinal);
        proxy.Retarget(first.Members[0].ClientPort);
        Assert.Null(await store.GetAsync("key", Limit));
    }

    /// <summary>Behind one address may be many servers: whoever proved itself need not be who answers on a stream.</summary>
    [Fact]
    public async Task WatchAndRenewal_AnswersAreOfAnotherCluster_CountForNothing()
    {
        var stranger = new ResponseHeader { ClusterId = 2, Revision = 7 };
        var (app, endpoint) = await FakeEtcdAsync(
            "3.5.16",
            ("Watch/Watch", new WatchResponse
            {
                Header = stranger,
                Events = { new Event { Kv = new() { Key = ByteString.CopyFromUtf8("key"), Value = ByteString.CopyFromUtf8("x"), ModRevision = 7, CreateRevision = 7, Version = 1 } } },
            }),
            ("Lease/LeaseKeepAlive", new LeaseKeepAliveResponse { Header = stranger, ID = 1, TTL = 30 }));
        await using (app)
        {
            await using var store = await OpenAsync(new() { Endpoints = [endpoint], RequestTimeout = TimeSpan.FromSeconds(1) });
            await using var watch = store.WatchAsync("", 7, Limit).GetAsyncEnumerator(Limit);

            var seen = await Assert.ThrowsAsync<StateUnavailableException>(async () => await watch.MoveNextAsync());
            var renewed = await Assert.ThrowsAsync<StateUnavailableException>(async () => await store.RenewLeaseAsync(1, Limit));

            Assert.Contains("another cluster", seen.Message, StringComparison.Ordinal);
            Assert.Contains("another cluster", renewed.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Commit_OutOfSpace_SaysSoAndWorksAgainAfterwards()
    {
        await using var small = await EtcdCluster.StartAsync(new() { QuotaBytes = 4 << 20 });
        await using var store = await OpenAsync(new() { Endpoints = small.Endpoints, Credentials = small.Credentials });
        StateUnavailableException? full = null;
        for (var i = 0; full is null && i < 100; i++)
        {
            try
            {
                await store.CommitAsync(new StateTransaction().Put("filler", new byte[500_000]), Limit);
            }
            catch (StateUnavailableException e)
            {
                full = e;
            }
        }

        Assert.Contains("out of space", full?.Message, StringComparison.Ordinal);
        Assert.NotNull(await store.GetAsync("filler", Limit)); // reading goes on

        await small.CompactAsync((await store.ListAsync("", Limit)).Revision);
        await small.DefragmentAsync();
        await small.DisarmAsync();
        Assert.True((await store.CommitAsync(new StateTransaction().Put("key", "x"u8.ToArray()), Limit)).Succeeded);
    }

    private EtcdStateOptions Options => new() { Endpoints = Cluster.Endpoints, Credentials = Cluster.Credentials };

    private Task<EtcdStateStore> OpenAsync(EtcdStateOptions options) => EtcdStateStore.OpenAsync(options, TimeProvider.System, Limit);

    private async Task ExpectCertificateRefusalAsync(string credentials, EtcdStateOptions? options = null)
    {
        var e = await Assert.ThrowsAsync<EtcdStoreException>(() => OpenAsync((options ?? Options) with { Credentials = credentials }));
        Assert.Contains("do not accept each other's certificates", e.Message, StringComparison.Ordinal);
        Assert.Contains("cellway etcd certificate", e.Message, StringComparison.Ordinal);
    }

    private string Write(X509Certificate2 authority, X509Certificate2 certificate, NodeKey key)
    {
        var directory = _directory["credential"];
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "ca.crt"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "tls.crt"), certificate.ExportCertificatePem());
        key.Save(Path.Combine(directory, "tls.key"));
        return directory;
    }

    /// <summary>Answers what every etcd answers to the first question, and to others with one message.</summary>
    private static async Task<(WebApplication App, Uri Endpoint)> FakeEtcdAsync(string version, params (string Method, IMessage Answer)[] others)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        foreach (var (method, answer) in others.Append(("Maintenance/Status", new StatusResponse { Header = new() { ClusterId = 1 }, Version = version })))
        {
            app.MapPost("/etcdserverpb." + method, async context =>
            {
                var message = answer.ToByteArray();
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync((byte[])[0, 0, 0, 0, (byte)message.Length, .. message]);
                context.Response.AppendTrailer("grpc-status", "0");
            });
        }

        await app.StartAsync();
        return (app, new(app.Urls.Single()));
    }

    public sealed class Fixture() : EtcdClusterFixture(new EtcdClusterOptions());
}
