using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.Pki.Requesting;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.IntegrationTests.Manager.Kubernetes;

public sealed class PodEnrollmentTests : IAsyncDisposable
{
    private FakeCluster _cluster = null!;
    private ManagedNetwork _network = null!;

    [Fact]
    public async Task Enroll_EntryPod_ACertificateForThePod_AndTheSameKeyMayAskAgain()
    {
        await StartAsync();
        var token = _cluster.AddPod("uid-1", "entry-abc");
        using var key = NodeKey.New();

        var first = await EnrollAsync(token, key);
        var again = await EnrollAsync(token, key);

        Assert.Equal(first.Identity, again.Identity);
        var node = Assert.Single(_network.View.Nodes.Values);
        Assert.Equal(new("cellway", "entry-abc", "uid-1"), node.Pod);
        Assert.EndsWith($"/entry/{node.Id}", first.Identity, StringComparison.Ordinal);
        using var certificate = X509CertificateLoader.LoadCertificate(again.Certificate.Span);
        using var client = _network.Connect(key.Attach(certificate));
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

        var e = await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(_cluster.AddPod("uid-1", "x", account, audience, bound), key));

        Assert.Equal((StatusCode.PermissionDenied, "pod-refused"), (e.StatusCode, e.Trailers.GetValue("cellway-error")));
        Assert.Empty(_network.View.Nodes);
    }

    [Fact]
    public async Task Enroll_UnknownToken_RefusedAndItIsInNoLog()
    {
        await StartAsync();
        using var key = NodeKey.New();

        var e = await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("forged-token", key));

        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
        Assert.DoesNotContain("forged-token", _network.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enroll_SecondKeyOfAPod_Refused()
    {
        await StartAsync();
        var token = _cluster.AddPod("uid-1");
        using var key = NodeKey.New();
        using var thief = NodeKey.New();
        await EnrollAsync(token, key);

        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(token, thief))).StatusCode);
    }

    [Fact]
    public async Task Enroll_NoSuchParticipant_RefusedAndTheLogSaysWhatToDo()
    {
        await StartAsync("nobody");
        using var key = NodeKey.New();

        await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(_cluster.AddPod("uid-1"), key));

        Assert.Contains("participant add", _network.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enroll_ClusterDoesNotAnswer_MayBeTriedAgain()
    {
        await StartAsync();
        var token = _cluster.AddPod("uid-1");
        using var key = NodeKey.New();
        _cluster.Failing = HttpStatusCode.Forbidden;

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync(token, key))).StatusCode);

        _cluster.Failing = null;
        await EnrollAsync(token, key);
    }

    [Fact]
    public async Task PodGone_ItsCertificateIsRevoked_AndOthersStay()
    {
        await StartAsync();
        using var one = NodeKey.New();
        using var two = NodeKey.New();
        await EnrollAsync(_cluster.AddPod("uid-1"), one);
        await EnrollAsync(_cluster.AddPod("uid-2", "entry-2"), two);

        _cluster.Pods.TryRemove("uid-1", out _);
        await UntilAsync(() => _network.View.IsRevoked(one.KeyHash.ToString()));

        Assert.False(_network.View.IsRevoked(two.KeyHash.ToString()));
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => EnrollAsync("token of uid-1", one))).StatusCode);
        Assert.All(_cluster.Calls, call => Assert.Contains(call, (string[])["POST /apis/authentication.k8s.io/v1/tokenreviews", "GET /api/v1/namespaces/cellway/pods"]));
    }

    [Fact]
    public async Task ClusterCannotBeAsked_NobodyIsRevoked()
    {
        await StartAsync();
        using var key = NodeKey.New();
        await EnrollAsync(_cluster.AddPod("uid-1"), key);
        _cluster.Pods.Clear();
        _cluster.Failing = HttpStatusCode.InternalServerError;
        var before = _cluster.Calls.Count;

        await UntilAsync(() => _cluster.Calls.Count > before + 2);

        Assert.False(_network.View.IsRevoked(key.KeyHash.ToString()));
    }

    [Fact]
    public async Task Node_WithAServiceAccountToken_JoinsAsAnEntry()
    {
        await StartAsync();
        var directory = Directory.CreateTempSubdirectory("cellway-pod-");
        try
        {
            var file = Path.Combine(directory.FullName, "token");
            await File.WriteAllTextAsync(file, _cluster.AddPod("uid-1") + "\n", TestContext.Current.CancellationToken);
            var options = new NodeOptions
            {
                Role = NodeRole.Entry,
                StateDirectory = Path.Combine(directory.FullName, "state"),
                Pod = new() { TokenFile = file, Management = [_network.Replica.Nodes], RootKeyHash = _network.Network.RootKeyHash.ToString() },
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
        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private async Task StartAsync(string participant = ManagedNetwork.Participant)
    {
        _cluster = await FakeCluster.StartAsync();
        _network = await ManagedNetwork.StartAsync(options => options with
        {
            Kubernetes = new() { Api = _cluster.Api, Participant = participant, LookEvery = TimeSpan.FromMilliseconds(50) },
        });
    }

    private async Task<Credential> EnrollAsync(string token, NodeKey key)
    {
        using var channel = GrpcChannel.ForAddress($"https://{_network.Replica.Nodes}", new() { HttpHandler = TestHttp.Handler(null), DisposeHttpClient = true });
        return await new PodEnrollment.PodEnrollmentClient(channel).EnrollAsync(
            new() { ServiceAccountToken = token, CertificateRequest = ByteString.CopyFrom(key.CreateRequest()) }, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
