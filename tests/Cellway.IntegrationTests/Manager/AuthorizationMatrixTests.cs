using System.Net.Http.Headers;
using System.Text;
using Cellway.Manager.Access;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Microsoft.AspNetCore.Routing;

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

        await AssertAsync(network, "", Table.Keys, await Callers.OfAsync(network));
    }

    [Fact]
    public async Task AnyEndpoint_WhileTheRootIsReplaced_CallersOfEitherRootPassWhileItIsBelieved()
    {
        await using var network = await StartAsync();
        var (oldRoot, records) = (network.Authority.Root, network.View.Authorities);
        var first = records.Values.Single();
        var second = network.Authority.NewRoot(2, TimeProvider.System);
        Dictionary<string, (NodeKey Key, Identity Identity)> people = [];
        List<Caller> ofOld = [];
        foreach (var role in Callers.Roles)
        {
            var name = role.ToString().ToLowerInvariant();
            var (key, certificate, identity) = await Callers.NewAsync(network, role);
            people[name] = (key, identity);
            ofOld.Add(new($"{name} of the old root", certificate, name));
        }

        string[] endpoints = [.. Table.Keys.Where(e => !e.StartsWith("POST /v1/roots/", StringComparison.Ordinal))]; // an operator who may would go on with the replacement
        await RootsAsync(first with { Signs = false }, second with { Signs = true });
        Assert.NotSame(oldRoot, network.Authority.Root);
        List<Caller> ofNew = [.. people.Select(p => new Caller($"{p.Key} of the new root", TestCertificates.Issue(network.Authority.Root, p.Value.Identity, p.Value.Key), p.Key))];
        await AssertAsync(network, "both roots, the new one issues", endpoints, [.. ofOld, .. ofNew]);
        await RootsAsync(first, second);
        await AssertAsync(network, "both roots, the old one issues", endpoints, [.. ofOld, .. ofNew]);
        await RootsAsync(first, null);
        await AssertAsync(network, "taken back", endpoints, [.. ofOld, .. ofNew.Select(Refused)]);
        await RootsAsync(null, second with { Signs = true });
        await AssertAsync(network, "the old one retired", endpoints, [.. ofOld.Select(Refused), .. ofNew]);

        static Caller Refused(Caller caller) => caller with { PassesAs = null };

        Task RootsAsync(AuthorityRecord? one, AuthorityRecord? two)
        {
            var transaction = new StateTransaction();
            foreach (var (record, generation) in new[] { (one, 1), (two, 2) })
            {
                _ = record is null ? transaction.Delete(network.Keys.Authority(generation)) : transaction.Put(network.Keys.Authority(generation), StateJson.Write(record));
            }

            return network.WriteAsync(transaction);
        }
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

    private static async Task AssertAsync(ManagedNetwork network, string when, IReadOnlyCollection<string> endpoints, IReadOnlyList<Caller> callers)
    {
        List<string> wrong = [];
        foreach (var caller in callers)
        {
            foreach (var listener in Enum.GetValues<Listener>())
            {
                using var http = TestHttp.Client(listener == Listener.Nodes ? network.Replica.Nodes : network.Replica.Admin, caller.Certificate);
                http.DefaultRequestHeaders.Authorization = caller.Bearer is { } bearer ? new("Bearer", bearer) : null;
                foreach (var endpoint in endpoints)
                {
                    var (on, passes) = Table[endpoint];
                    var expected = listener == on && (passes is null || (caller.PassesAs is { } role && passes.Contains(role)));
                    var (actual, seen) = await PassesAsync(http, endpoint);
                    if (actual != expected)
                    {
                        wrong.Add($"{when} {caller.Name} by {listener} to {endpoint}: {seen}");
                    }
                }
            }
        }

        Assert.Empty(wrong);
        Assert.All(Callers.Roles, role => Assert.Contains(callers, c => string.Equals(c.PassesAs, role.ToString(), StringComparison.OrdinalIgnoreCase))); // or the table would hold if nobody ever passed
    }

    // With everything that can be switched on.
    private static Task<ManagedNetwork> StartAsync() => ManagedNetwork.StartAsync(options => options with
    {
        Kubernetes = new() { Api = new() { Host = "https://127.0.0.1:1" }, Participant = ManagedNetwork.Participant },
    });
}
