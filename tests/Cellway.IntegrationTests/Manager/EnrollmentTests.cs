using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Manager.Enrollment;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Cellway.State.Sqlite;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Manager;

public sealed class EnrollmentTests
{
    [Fact]
    public async Task Roots_RightHash_GivesTheRoot()
    {
        await using var network = await ManagedNetwork.StartAsync();
        using var client = network.Connect(null);

        var reply = await client.RootsAsync(new() { RootKeyHash = ByteString.CopyFrom(network.Network.RootKeyHash.ToArray()) });

        Assert.Equal(network.Network.Root, reply.Root.ToByteArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(4096)]
    public async Task Roots_OtherHash_NotFound(int length)
    {
        await using var network = await ManagedNetwork.StartAsync();
        using var client = network.Connect(null);

        var e = await Assert.ThrowsAsync<RpcException>(() => client.RootsAsync(new() { RootKeyHash = ByteString.CopyFrom(new byte[length]) }));

        Assert.Equal(StatusCode.NotFound, e.StatusCode);
    }

    [Fact]
    public async Task Enroll_KeyOfARevokedNode_RefusedAndTheTokenIsNotSpent()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var node = await network.EnrollAsync(Role.Core);
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{node.Id}/revoke");
        var token = await network.NewTokenAsync(Role.Core);
        using var client = network.Connect(null);

        var e = await Assert.ThrowsAsync<RpcException>(() => client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, node.Key)));
        Assert.Equal("key-revoked", e.Trailers.GetValue(EnrollmentService.ErrorTrailer));

        using var other = NodeKey.New();
        Assert.NotNull(await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, other)));
    }

    [Theory]
    [InlineData(Role.Core, "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2")]
    [InlineData(Role.Entry, "1.3.6.1.5.5.7.3.2")]
    public async Task Enroll_GoodToken_CertificateSaysWhoAndForWhat(Role role, string usages)
    {
        await using var network = await ManagedNetwork.StartAsync(o => o with { Enrollment = new() { CertificateLifetime = TimeSpan.FromDays(3) } });
        using var key = NodeKey.New();
        using var client = network.Connect(null);

        var credential = await client.EnrollAsync(ManagedNetwork.Request(await network.NewTokenAsync(role), role, key));

        using var certificate = X509CertificateLoader.LoadCertificate(credential.Certificate.Span);
        Assert.Equal(credential.Identity, Assert.Single(UriNames(certificate)));
        Assert.StartsWith($"cellway://{network.Network.Network}/{role.ToString().ToLowerInvariant()}/", credential.Identity, StringComparison.Ordinal);
        Assert.Equal(usages, string.Join(',', certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(o => o.Value)));
        Assert.InRange(certificate.NotAfter.ToUniversalTime(), DateTime.UtcNow.AddDays(3).AddMinutes(-2), DateTime.UtcNow.AddDays(3).AddMinutes(2));
        Assert.Equal(network.Network.Root, Assert.Single(credential.Roots).ToByteArray());
        Assert.Equal(network.Replica.Nodes, Assert.Single(credential.Management));
        var node = Assert.Single(await network.Admin.GetAsync<IReadOnlyList<NodeInfo>>("/v1/nodes"));
        Assert.Equal(("offline", ManagedNetwork.Participant, ManagedNetwork.Cell), (node.State, node.Participant, node.Cell));
        var token = Assert.Single(await network.Admin.GetAsync<IReadOnlyList<TokenInfo>>("/v1/tokens"));
        Assert.Equal(("spent", node.Id), (token.State, token.Node));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Enroll_ManySpendersAtOnce_OneCertificateOneNode(bool sqlite)
    {
        using var directory = new State.TemporaryDirectory();
        await using var network = await ManagedNetwork.StartAsync(store: sqlite ? await SqliteStateStore.OpenAsync(directory["state.db"], new(), TimeProvider.System, TestContext.Current.CancellationToken) : null);
        var token = await network.NewTokenAsync(Role.Core);
        using var client = network.Connect(null);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            using var key = NodeKey.New();
            try
            {
                await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key));
                return "certificate";
            }
            catch (RpcException e)
            {
                return e.Trailers.GetValue(EnrollmentService.ErrorTrailer) ?? e.ToString();
            }
        })));

        Assert.Equal(1, outcomes.Count(o => o == "certificate"));
        Assert.Equal(63, outcomes.Count(o => o == "token-spent"));
        Assert.Single(await network.Admin.GetAsync<IReadOnlyList<NodeInfo>>("/v1/nodes"));
        var certificates = await network.Store.ListAsync(network.Keys.Certificate(""), TestContext.Current.CancellationToken);
        Assert.Equal(2, certificates.Entries.Count); // the operator's and the one node's
    }

    [Fact]
    public async Task Enroll_SameKeyAgain_SameCertificateForTenMinutes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var network = await ManagedNetwork.StartAsync(time: time);
        using var key = NodeKey.New();
        using var client = network.Connect(null);
        var token = await network.NewTokenAsync(Role.Core);

        var first = await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key));
        time.Advance(TimeSpan.FromMinutes(10));
        var again = await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key));
        Assert.Equal(first, again);

        using var other = NodeKey.New();
        Assert.Equal("token-spent", await RefusalAsync(client, ManagedNetwork.Request(token, Role.Core, other)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token-spent", await RefusalAsync(client, ManagedNetwork.Request(token, Role.Core, key)));
    }

    [Fact]
    public async Task Enroll_SameKeyAgainAfterRevocation_Refused()
    {
        await using var network = await ManagedNetwork.StartAsync();
        using var key = NodeKey.New();
        using var client = network.Connect(null);
        var request = ManagedNetwork.Request(await network.NewTokenAsync(Role.Core), Role.Core, key);
        await client.EnrollAsync(request);
        var node = Assert.Single(await network.Admin.GetAsync<IReadOnlyList<NodeInfo>>("/v1/nodes"));
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{node.Id}/revoke");

        Assert.Equal("token-spent", await RefusalAsync(client, request));
    }

    [Fact]
    public async Task Enroll_BadToken_EachFaultIsTold()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var network = await ManagedNetwork.StartAsync(time: time);
        using var key = NodeKey.New();
        using var client = network.Connect(null);
        var open = await network.NewTokenAsync(Role.Core);
        var revoked = await network.NewTokenAsync(Role.Core);
        await network.Admin.ExpectAsync<TokenInfo>(HttpMethod.Delete, $"/v1/tokens/{Convert.ToHexStringLower(revoked.Id)}", null);
        var shortLived = await network.NewTokenAsync(Role.Core, lifetime: TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("token-revoked", await RefusalAsync(client, ManagedNetwork.Request(revoked, Role.Core, key)));
        Assert.Equal("token-expired", await RefusalAsync(client, ManagedNetwork.Request(shortLived, Role.Core, key)));
        Assert.Equal("wrong-role", await RefusalAsync(client, ManagedNetwork.Request(open, Role.Entry, key)));
        var wrongSecret = ManagedNetwork.Request(open, Role.Core, key);
        wrongSecret.Secret = ByteString.CopyFrom(new byte[32]);
        Assert.Equal("token-unknown", await RefusalAsync(client, wrongSecret));
        Assert.Empty(network.View.Nodes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(2000)]
    public async Task Enroll_TokenIdOfAnyLength_Unknown(int length)
    {
        await using var network = await ManagedNetwork.StartAsync();
        using var key = NodeKey.New();
        using var client = network.Connect(null);
        var request = ManagedNetwork.Request(await network.NewTokenAsync(Role.Core), Role.Core, key);
        request.TokenId = ByteString.CopyFrom(new byte[length]);

        Assert.Equal("token-unknown", await RefusalAsync(client, request));
    }

    [Fact]
    public async Task Enroll_BadRequest_TokenStaysOpen()
    {
        await using var network = await ManagedNetwork.StartAsync();
        using var key = NodeKey.New();
        using var client = network.Connect(null);
        var token = await network.NewTokenAsync(Role.Core);
        var request = ManagedNetwork.Request(token, Role.Core, key);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[] forged = request.CertificateRequest.ToByteArray();
        forged[^1] ^= 1;

        byte[][] bad =
        [
            [], [1, 2, 3], new byte[5000], forged, [.. request.CertificateRequest, 0],
            new CertificateRequest("CN=x", p384, HashAlgorithmName.SHA384).CreateSigningRequest(),
        ];
        foreach (var csr in bad)
        {
            request.CertificateRequest = ByteString.CopyFrom(csr);
            var e = await Assert.ThrowsAsync<RpcException>(() => client.EnrollAsync(request));
            Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
        }

        await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key));
    }

    [Fact]
    public async Task Enroll_WhereTheRootThatIssuesCannotBeOpened_RefusedAndTheTokenStaysOpen()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var token = await network.NewTokenAsync(Role.Core);
        var old = network.View.Authorities.Values.Single();
        var onToken = network.Authority.NewRoot(2, TimeProvider.System) with { TokenKey = "00112233", Signs = true }; // of a token that this replica does not have
        await network.WriteAsync(new StateTransaction()
            .Put(network.Keys.Authority(1), StateJson.Write(old with { Signs = false })).Put(network.Keys.Authority(2), StateJson.Write(onToken)));

        using var client = network.Connect(null);
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, NodeKey.New())));

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Equal("open", (await network.Admin.GetAsync<IReadOnlyList<TokenInfo>>("/v1/tokens")).Single().State);
    }

    [Fact]
    public async Task Renew_SameKey_NewCertificateAndOtherKeyRefused()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        using var other = NodeKey.New();

        var renewed = await client.RenewAsync(new() { CertificateRequest = ByteString.CopyFrom(core.Key.CreateRequest()) });
        Assert.Equal(core.Identity.ToString(), renewed.Identity);
        Assert.NotEqual(core.Certificate.RawData, renewed.Certificate.ToByteArray());
        using var withRenewed = network.Connect(new EnrolledNode(core.Key, renewed).Certificate);
        await withRenewed.RenewAsync(new() { CertificateRequest = ByteString.CopyFrom(core.Key.CreateRequest()) });

        var e = await Assert.ThrowsAsync<RpcException>(
            () => client.RenewAsync(new() { CertificateRequest = ByteString.CopyFrom(other.CreateRequest()) }));
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
    }

    private static async Task<string?> RefusalAsync(NodeClient client, Cellway.Model.Contracts.EnrollRequest request)
    {
        var e = await Assert.ThrowsAsync<RpcException>(() => client.EnrollAsync(request));
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
        return e.Trailers.GetValue(EnrollmentService.ErrorTrailer);
    }

    private static List<string> UriNames(X509Certificate2 certificate)
    {
        var reader = new System.Formats.Asn1.AsnReader(
            certificate.Extensions.Single(e => e.Oid!.Value == "2.5.29.17").RawData, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        var names = new List<string>();
        while (reader.HasData)
        {
            names.Add(reader.ReadCharacterString(System.Formats.Asn1.UniversalTagNumber.IA5String, new(System.Formats.Asn1.TagClass.ContextSpecific, 6)));
        }

        return names;
    }
}
