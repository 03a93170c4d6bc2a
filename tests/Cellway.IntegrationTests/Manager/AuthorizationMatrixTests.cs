using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Manager.Access;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Every endpoint, every kind of caller, both listeners.</summary>
public sealed class AuthorizationMatrixTests
{
    private static readonly string[] Nobody = [];
    private static readonly string[] Nodes = ["core", "entry"];
    private static readonly string[] Entries = ["entry"];
    private static readonly string[] Operators = ["operator"];

    // Endpoint -> the listener it lives on, and who passes there. Null: everybody, because the request itself must prove something.
    private static readonly Dictionary<string, (Listener On, string[]? Passes)> Table = new()
    {
        ["POST /cellway.enrollment.Enrollment/Roots"] = (Listener.Nodes, null),
        ["POST /cellway.enrollment.Enrollment/Enroll"] = (Listener.Nodes, null),
        ["POST /cellway.enrollment.Enrollment/Renew"] = (Listener.Nodes, Nodes),
        ["POST /cellway.enrollment.PodEnrollment/Enroll"] = (Listener.Nodes, null),
        ["POST /cellway.phonehome.PhoneHome/Attach"] = (Listener.Nodes, Nodes),
        ["POST /cellway.phonehome.PhoneHome/Resolve"] = (Listener.Nodes, Entries),
        ["POST /cellway.phonehome.PhoneHome/ResolveMany"] = (Listener.Nodes, Entries),
        ["POST /cellway.phonehome.PhoneHome/FetchMany"] = (Listener.Nodes, Entries),
        ["ANY cellway.enrollment.Enrollment/{unimplementedMethod:grpcunimplemented}"] = (Listener.Nodes, Nobody),
        ["ANY cellway.enrollment.PodEnrollment/{unimplementedMethod:grpcunimplemented}"] = (Listener.Nodes, Nobody),
        ["ANY cellway.phonehome.PhoneHome/{unimplementedMethod:grpcunimplemented}"] = (Listener.Nodes, Nobody),
        ["ANY {unimplementedService}/{unimplementedMethod:grpcunimplemented}"] = (Listener.Nodes, Nobody),
        ["GET /v1/cells"] = (Listener.Admin, Operators),
        ["GET /v1/cells/{id}"] = (Listener.Admin, Operators),
        ["POST /v1/cells"] = (Listener.Admin, Operators),
        ["PATCH /v1/cells/{id}"] = (Listener.Admin, Operators),
        ["PUT /v1/cells/{id}/certificates/{hop}"] = (Listener.Admin, Operators),
        ["GET /v1/participants"] = (Listener.Admin, Operators),
        ["POST /v1/participants"] = (Listener.Admin, Operators),
        ["PATCH /v1/participants/{id}"] = (Listener.Admin, Operators),
        ["GET /v1/usage"] = (Listener.Admin, Operators),
        ["GET /v1/tokens"] = (Listener.Admin, Operators),
        ["POST /v1/tokens"] = (Listener.Admin, Operators),
        ["DELETE /v1/tokens/{id}"] = (Listener.Admin, Operators),
        ["GET /v1/nodes"] = (Listener.Admin, Operators),
        ["POST /v1/nodes/{id}/drain"] = (Listener.Admin, Operators),
        ["POST /v1/nodes/{id}/resume"] = (Listener.Admin, Operators),
        ["POST /v1/nodes/{id}/revoke"] = (Listener.Admin, Operators),
        ["POST /v1/nodes/{id}/remove"] = (Listener.Admin, Operators),
        ["GET /v1/workers"] = (Listener.Admin, Operators),
        ["POST /v1/workers"] = (Listener.Admin, Operators),
        ["GET /v1/status"] = (Listener.Admin, Operators),
        ["GET /v1/replicas"] = (Listener.Admin, Operators),
        ["GET /v1/rotation"] = (Listener.Admin, Operators),
        ["POST /v1/rotation"] = (Listener.Admin, Operators),
        ["GET /v1/incidents"] = (Listener.Admin, Operators),
        ["GET /v1/incidents/{id}"] = (Listener.Admin, Operators),
        ["POST /v1/incidents/{id}/close"] = (Listener.Admin, Operators),
        ["POST /v1/cells/{id}/compromise"] = (Listener.Admin, Operators),
        ["POST /v1/cells/{id}/recover"] = (Listener.Admin, Operators),
        ["GET /v1/cells/{id}/regeneration"] = (Listener.Admin, Operators),
        ["POST /v1/cells/{id}/regeneration"] = (Listener.Admin, Operators),
        ["PATCH /v1/cells/{id}/regeneration"] = (Listener.Admin, Operators),
        ["POST /v1/cells/{id}/regeneration/undo"] = (Listener.Admin, Operators),
        ["POST /v1/cells/{id}/regeneration/tokens"] = (Listener.Admin, Operators),
        ["GET /v1/audit"] = (Listener.Admin, Operators),
        ["GET /v1/audit/export"] = (Listener.Admin, Operators),
        ["POST /v1/cells/{id}/retire"] = (Listener.Admin, Operators),
        ["DELETE /v1/participants/{id}"] = (Listener.Admin, Operators),
        ["GET /v1/operators"] = (Listener.Admin, Operators),
        ["POST /v1/operators"] = (Listener.Admin, Operators),
        ["POST /v1/operators/renewal"] = (Listener.Admin, Operators),
        ["POST /v1/operators/{id}/revoke"] = (Listener.Admin, Operators),
        ["GET /v1/roots"] = (Listener.Admin, Operators),
        ["POST /v1/roots/introduce"] = (Listener.Admin, Operators),
        ["POST /v1/roots/reissue"] = (Listener.Admin, Operators),
        ["POST /v1/roots/undo"] = (Listener.Admin, Operators),
        ["POST /v1/roots/retire"] = (Listener.Admin, Operators),
        ["GET /v1/alerts"] = (Listener.Admin, Operators),
        ["GET /v1/mirrors"] = (Listener.Admin, Operators),
        ["PUT /v1/mirrors"] = (Listener.Admin, Operators),
        ["POST /v1/mirrors/notice"] = (Listener.Admin, Operators),
        ["GET /v1/backups"] = (Listener.Admin, Operators),
        ["GET /v1/backups/lost"] = (Listener.Admin, Operators),
        ["POST /v1/backup"] = (Listener.Admin, Operators),
        ["GET /v1/users"] = (Listener.Admin, Operators),
        ["POST /v1/users"] = (Listener.Admin, Operators),
        ["PATCH /v1/users/{id}"] = (Listener.Admin, Operators),
        ["GET /v1/devices"] = (Listener.Admin, Operators),
        ["POST /v1/devices"] = (Listener.Admin, Operators),
        ["PATCH /v1/devices/{id}"] = (Listener.Admin, Operators),
        ["POST /v1/devices/{id}/move"] = (Listener.Admin, Operators),
        ["POST /v1/devices/{id}/credential"] = (Listener.Admin, Operators),
        ["DELETE /v1/devices/{id}"] = (Listener.Admin, Operators),
        ["POST /v1/bot/invitations"] = (Listener.Admin, Operators),
        ["POST /v1/bot/codes"] = (Listener.Admin, Operators),
        ["GET /v1/subscriptions"] = (Listener.Admin, Operators),
        ["PATCH /v1/subscriptions"] = (Listener.Admin, Operators),
    };

    [Fact]
    public async Task Table_ComparedWithTheEndpoints_HasEachOfThemAndNoOther()
    {
        await using var network = await StartAsync();

        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), EndpointsOf(network.Replica).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AnyEndpoint_AnyCallerByAnyListener_PassesOnlyWhereTheTableSays()
    {
        await using var network = await StartAsync();
        List<string> wrong = [];
        var passed = 0;
        foreach (var (name, certificate) in await CallersAsync(network))
        {
            foreach (var listener in Enum.GetValues<Listener>())
            {
                using var http = TestHttp.Client(listener == Listener.Nodes ? network.Replica.Nodes : network.Replica.Admin, certificate);
                foreach (var (endpoint, (on, passes)) in Table)
                {
                    var expected = listener == on && (passes is null || passes.Contains(name));
                    var (actual, seen) = await PassesAsync(http, endpoint);
                    passed += actual ? 1 : 0;
                    if (actual != expected)
                    {
                        wrong.Add($"{name} by {listener} to {endpoint}: {seen}");
                    }
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(passed > Table.Count);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/v1")]
    [InlineData("GET", "/v1/nothing")]
    [InlineData("POST", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    public async Task Unknown_PathByAnOperator_Refused(string method, string path)
    {
        await using var network = await StartAsync();
        foreach (var endpoint in new[] { network.Replica.Nodes, network.Replica.Admin })
        {
            using var http = TestHttp.Client(endpoint, network.Operator);
            Assert.False((await PassesAsync(http, $"{method} {path}")).Passes);
        }
    }

    private static IEnumerable<string> EndpointsOf(RunningReplica replica) => replica.Get<EndpointDataSource>().Endpoints
        .Cast<RouteEndpoint>()
        .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(m => $"{m} {e.RoutePattern.RawText}"));

    private static async Task<(bool Passes, string Seen)> PassesAsync(HttpClient http, string endpoint)
    {
        var (method, path) = (endpoint[..endpoint.IndexOf(' ', StringComparison.Ordinal)], endpoint[(endpoint.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        path = "/" + path.TrimStart('/').Replace("{id}", "nothing", StringComparison.Ordinal).Replace("{hop}", "entry", StringComparison.Ordinal)
            .Replace("{unimplementedService}", "some.Service", StringComparison.Ordinal)
            .Replace("{unimplementedMethod:grpcunimplemented}", "Method", StringComparison.Ordinal);
        var isGrpc = !path.StartsWith("/v1", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new(method == "ANY" ? "POST" : method), path) { Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (method is not ("GET" or "DELETE"))
        {
            request.Content = new ByteArrayContent(isGrpc ? new byte[5] : Encoding.UTF8.GetBytes("{}")); // one empty message
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(isGrpc ? "application/grpc" : "application/json");
            request.Headers.TE.Add(new("trailers"));
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var status = Header(response.TrailingHeaders) ?? Header(response.Headers) ?? "-";
        return ((int)response.StatusCode is not (401 or 403) && status is not ("7" or "16"), $"{(int)response.StatusCode}, grpc-status {status}");

        static string? Header(HttpResponseHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.First() : null;
    }

    private static X509Certificate2 OfEtcd(RootAuthority root, Func<EtcdAuthority, byte[], X509Certificate2> issue)
    {
        using var authority = EtcdAuthority.Of(root);
        using var key = NodeKey.New();
        Assert.True(CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
        using var certificate = issue(authority, publicKey);
        return key.Attach(certificate);
    }

    private static async Task<Dictionary<string, X509Certificate2?>> CallersAsync(ManagedNetwork network)
    {
        var root = network.Authority.Root;
        var id = network.Network.Network;
        var past = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(-3));
        using var foreign = RootAuthority.Create(TimeProvider.System);
        var callers = new Dictionary<string, X509Certificate2?>
        {
            ["nobody"] = null,
            ["operator"] = network.Operator,
            ["management"] = TestCertificates.Issue(root, new(id, Role.Management, "manager"), NodeKey.New()),
            ["unknown core"] = TestCertificates.Issue(root, new(id, Role.Core, "unknown"), NodeKey.New()),
            ["unknown entry"] = TestCertificates.Issue(root, new(id, Role.Entry, "unknown"), NodeKey.New()),
            ["etcd client"] = OfEtcd(root, (authority, publicKey) => authority.IssueClient("management", publicKey, TimeSpan.FromDays(1), TimeProvider.System)),
            ["etcd member"] = OfEtcd(root, (authority, publicKey) => authority.IssueMember(["localhost"], publicKey, TimeSpan.FromDays(1), TimeProvider.System)),
            ["name only"] = TestCertificates.Forge(root, NodeKey.New(), [], subject: "CN=operator"),
        };

        // Each flaw on its own: everything else is that of a caller who passes.
        foreach (var role in new[] { Role.Core, Role.Entry, Role.Operator })
        {
            var name = role.ToString().ToLowerInvariant();
            var (key, certificate, identity) = role == Role.Operator ? NewOperator() : await NewNodeAsync(role);
            callers[name] = certificate;
            callers[$"foreign {name}"] = TestCertificates.Issue(foreign, identity, key);
            callers[$"{name} of another network"] = TestCertificates.Issue(root, identity with { Network = "other" }, key);
            callers[$"expired {name}"] = TestCertificates.Issue(root, identity, key, past);
            callers[$"{name} without clientAuth"] = TestCertificates.Forge(root, key, [identity.ToString()], clientAuth: false);
            callers[$"{name} with two identities"] = TestCertificates.Forge(root, key, [identity.ToString(), identity.ToString()]);
            callers[$"{name} with another key"] = role == Role.Operator ? null : TestCertificates.Issue(root, identity, NodeKey.New());

            var revoked = role == Role.Operator ? NewOperator() : await NewNodeAsync(role);
            await RevokeAsync(network, revoked.Certificate, revoked.Identity);
            callers[$"revoked {name}"] = revoked.Certificate;
        }

        var node = await network.EnrollAsync(Role.Core);
        callers["core that says it is an entry"] = TestCertificates.Issue(root, node.Identity with { Role = Role.Entry }, node.Key);
        return callers;

        (NodeKey Key, X509Certificate2 Certificate, Identity Identity) NewOperator()
        {
            var key = NodeKey.New();
            var identity = new Identity(id, Role.Operator, Names.NewId());
            return (key, TestCertificates.Issue(root, identity, key), identity);
        }

        async Task<(NodeKey Key, X509Certificate2 Certificate, Identity Identity)> NewNodeAsync(Role role)
        {
            var node = await network.EnrollAsync(role);
            return (node.Key, node.Certificate, node.Identity);
        }
    }

    private static async Task RevokeAsync(ManagedNetwork network, X509Certificate2 certificate, Identity identity)
    {
        var serial = Convert.ToHexStringLower(certificate.SerialNumberBytes.Span);
        var record = new CertificateRecord
        {
            Serial = serial,
            Identity = identity.ToString(),
            KeyHash = Pki.Trust.PublicKeys.KeyHash(certificate).ToString(),
            Der = certificate.RawData,
            IssuedAt = DateTimeOffset.UtcNow,
            NotAfter = DateTimeOffset.UtcNow.AddDays(1),
            RevokedAt = DateTimeOffset.UtcNow,
        };
        await network.WriteAsync(new StateTransaction().Put(network.Keys.Certificate(serial), StateJson.Write(record)));
    }

    // With everything that can be switched on.
    private static Task<ManagedNetwork> StartAsync() => ManagedNetwork.StartAsync(options => options with
    {
        Kubernetes = new() { Api = new() { Host = "https://127.0.0.1:1" }, Participant = ManagedNetwork.Participant },
    });
}
