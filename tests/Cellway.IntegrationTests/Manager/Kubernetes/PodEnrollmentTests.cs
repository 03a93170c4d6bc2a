using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Kubernetes;
using Cellway.Model.Contracts;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.Pki.Requesting;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.IntegrationTests.Manager.Kubernetes;

public sealed class PodEnrollmentTests : IAsyncDisposable
{
    private ClusterNetwork _running = null!;

    private FakeCluster Cluster => _running.Cluster;

    private ManagedNetwork Network => _running.Network;

    [Fact]
    public async Task Enroll_EntryPod_ACertificateForThePod_AndTheSameKeyMayAskAgain()
    {
        await StartAsync();
        var token = Cluster.AddPod("uid-1", "entry-abc");
        using var key = NodeKey.New();

        var first = await EnrollAsync(token, key);
        var again = await EnrollAsync(token, key);

        Assert.Equal(first.Identity, again.Identity);
        var node = Assert.Single(Network.View.Nodes.Values);
        Assert.Equal(new("cellway", "entry-abc", "uid-1"), node.Pod);
        Assert.EndsWith($"/entry/{node.Id}", first.Identity, StringComparison.Ordinal);
        using var certificate = X509CertificateLoader.LoadCertificate(again.Certificate.Span);
        using var client = Network.Connect(key.Attach(certificate));
        await using var stream = await client.AttachAsync();
        Assert.NotNull(await stream.NextUpdateAsync());
    }

    [Theory]
    [InlineData("system:serviceaccount:cellway:default", "cellway", true)]
    [InlineData("system:serviceaccount:other:cellway-entry", "cellway", true)]
    [InlineData("system:admin", "cellway", true)]
    [InlineData("system:serviceaccount:cellway:cellway-entry", "https://kubernetes.default.svc", true)]
    [InlineData("system:serviceaccount:cellway:cellway-entry", "cellway", false)]
    public async Task Enroll_TokenOfSomethingElse_Refused(string account, string audience, bool bound)
    {
        await StartAsync();
        using var key = NodeKey.New();

        var e = await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(Cluster.AddPod("uid-1", "x", account, audience, bound), key));

        Assert.Equal((StatusCode.PermissionDenied, "pod-refused"), (e.StatusCode, e.Trailers.GetValue("cellway-error")));
        Assert.Empty(Network.View.Nodes);
    }

    [Fact]
    public async Task Enroll_UnknownToken_RefusedAndItIsInNoLog()
    {
        await StartAsync();
        using var key = NodeKey.New();

        var e = await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("forged-token", key));

        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
        Assert.DoesNotContain("forged-token", Network.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enroll_FloodOfTokens_ClusterIsAskedAboutAFewAtOnce()
    {
        await StartAsync();
        var held = new TaskCompletionSource();
        Cluster.Reviews = held.Task;
        using var key = NodeKey.New();
        var flood = Enumerable.Range(0, PodReview.AtOnce).Select(_ => EnrollAsync("forged", key)).ToList();
        await ClusterNetwork.UntilAsync(() => Cluster.Calls.Count == PodReview.AtOnce);

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("forged", key))).StatusCode);

        held.SetResult();
        Assert.All(await Task.WhenAll(flood.Select(async e => (await Assert.ThrowsAsync<RpcException>(() => e)).StatusCode)), s => Assert.Equal(StatusCode.PermissionDenied, s));
        await EnrollAsync(Cluster.AddPod("uid-1"), key);
    }

    [Fact]
    public async Task Enroll_RefusedTooOften_NotAskedAbout()
    {
        _running = await ClusterNetwork.StartAsync(configure: o => o with { Enrollment = o.Enrollment with { RefusalsPerToken = 2 } });
        using var key = NodeKey.New();
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("forged", key));
        }

        var asked = Cluster.Calls.Count;
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("forged", key))).StatusCode);
        Assert.Equal(asked, Cluster.Calls.Count);
        await EnrollAsync(Cluster.AddPod("uid-1"), key);
    }

    [Fact]
    public async Task Enroll_SecondKeyOfAPod_Refused()
    {
        await StartAsync();
        var token = Cluster.AddPod("uid-1");
        using var key = NodeKey.New();
        using var thief = NodeKey.New();
        await EnrollAsync(token, key);

        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(token, thief))).StatusCode);
    }

    [Fact]
    public async Task Enroll_TokenOfAPodThatHasGone_Refused()
    {
        await StartAsync();
        using var key = NodeKey.New();
        var token = Cluster.AddPod("uid-1");
        Cluster.AddPod("uid-2"); // its successor has its name
        Cluster.Pods.TryRemove("uid-1", out _);

        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(token, key))).StatusCode);
    }

    [Fact]
    public async Task Enroll_PodOnAWorkerOfTheOperator_CoresLearnTheWorkersAddressesAndTheirChanges()
    {
        await StartAsync();
        using var key = NodeKey.New();
        Cluster.AddNode("worker-1", "node-uid", "10.0.0.7", "192.0.2.7");
        var id = NodeIdOf(await EnrollAsync(Cluster.AddPod("uid-1", node: "worker-1"), key));

        await ClusterNetwork.UntilAsync(() => Network.View.Nodes[id].Addresses is ["10.0.0.7", "192.0.2.7"]);

        Cluster.AddNode("worker-1", "node-uid", "10.0.0.7", "192.0.2.8");
        await ClusterNetwork.UntilAsync(() => Network.View.Nodes[id].Addresses is ["10.0.0.7", "192.0.2.8"]);
    }

    [Fact]
    public async Task Enroll_NoSuchParticipant_RefusedAndTheLogSaysWhatToDo()
    {
        await StartAsync("nobody");
        using var key = NodeKey.New();

        await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(Cluster.AddPod("uid-1"), key));

        Assert.Contains("participant add", Network.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enroll_ClusterDoesNotAnswer_MayBeTriedAgain()
    {
        await StartAsync();
        var token = Cluster.AddPod("uid-1");
        using var key = NodeKey.New();
        Cluster.Failing = HttpStatusCode.Forbidden;

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(token, key))).StatusCode);

        Cluster.Failing = null;
        await EnrollAsync(token, key);
    }

    [Fact]
    public async Task PodGone_ItsCertificateIsRevoked_AndOthersStay()
    {
        await StartAsync();
        using var one = NodeKey.New();
        using var two = NodeKey.New();
        await EnrollAsync(Cluster.AddPod("uid-1"), one);
        await EnrollAsync(Cluster.AddPod("uid-2", "entry-2"), two);

        Cluster.Pods.TryRemove("uid-1", out _);
        await ClusterNetwork.UntilAsync(() => Network.View.IsRevoked(one.KeyHash.ToString()));

        Assert.False(Network.View.IsRevoked(two.KeyHash.ToString()));
        await ClusterNetwork.UntilAsync(() => Network.View.Nodes.Count == 1);
        Assert.True(Network.View.IsRevoked(one.KeyHash.ToString()));
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("token of uid-1", one))).StatusCode);
        Assert.All(Cluster.Calls, call => Assert.Contains(call, (string[])["POST /apis/authentication.k8s.io/v1/tokenreviews", "GET /api/v1/namespaces/cellway/pods", "GET /api/v1/namespaces/cellway/pods/entry-1", "GET /api/v1/namespaces/cellway/pods/entry-2", "GET /api/v1/nodes"]));
    }

    [Fact]
    public async Task ClusterCannotBeAsked_NobodyIsRevoked()
    {
        await StartAsync();
        using var key = NodeKey.New();
        await EnrollAsync(Cluster.AddPod("uid-1"), key);
        Cluster.Pods.Clear();
        Cluster.Failing = HttpStatusCode.InternalServerError;
        var before = Cluster.Calls.Count;

        await ClusterNetwork.UntilAsync(() => Cluster.Calls.Count > before + 2);

        Assert.False(Network.View.IsRevoked(key.KeyHash.ToString()));
    }

    [Fact]
    public async Task Node_WithAServiceAccountToken_JoinsAsAnEntry()
    {
        await StartAsync();
        var directory = Directory.CreateTempSubdirectory("cellway-pod-");
        try
        {
            var file = Path.Combine(directory.FullName, "token");
            await File.WriteAllTextAsync(file, Cluster.AddPod("uid-1") + "\n", TestContext.Current.CancellationToken);
            var options = new NodeOptions
            {
                Role = NodeRole.Entry,
                StateDirectory = Path.Combine(directory.FullName, "state"),
                Pod = new() { TokenFile = file, Management = [Network.Replica.Nodes], RootKeyHash = Network.Network.RootKeyHash.ToString() },
            };

            var member = await new Enroller(options, TimeProvider.System, NullLogger<Enroller>.Instance).EnsureAsync(TestContext.Current.CancellationToken);

            Assert.Equal(Cellway.Model.Identities.Role.Entry, member.Identity.Role);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }
    }

    private static string NodeIdOf(Credential credential) => credential.Identity[(credential.Identity.LastIndexOf('/') + 1)..];

    private async Task StartAsync(string participant = ManagedNetwork.Participant) => _running = await ClusterNetwork.StartAsync(participant);

    private Task<Credential> EnrollAsync(string token, NodeKey key) => _running.EnrollAsync(token, key);
}
