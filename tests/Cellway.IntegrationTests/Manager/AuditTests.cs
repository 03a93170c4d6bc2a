using System.Text;
using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Who did what is in the log, whichever way it was done, and nobody can fill it.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task EveryEndpointThatMayChangeSomething_CalledByAnOperator_LeavesAnEntry()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var endpoints = network.Replica.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => ActNames.Changes(e) && !e.RoutePattern.RawText!.Contains("grpcunimplemented", StringComparison.Ordinal)) // what answers calls that there are not
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["POST"]).Select(m => (Method: m, Path: e.RoutePattern.RawText!))).ToList();
        Assert.True(endpoints.Count > 20, "the endpoints are not where they were");
        List<string> silent = [];
        foreach (var (method, path) in endpoints)
        {
            var before = await EntriesAsync(network);
            await network.Admin.SendAsync(new(method), path.Replace("{id}", "north", StringComparison.Ordinal).Replace("{hop}", "entry", StringComparison.Ordinal), method == "DELETE" ? null : "{}");
            var after = await EntriesAsync(network);
            if (after.Count(e => e.Who.StartsWith("operator/", StringComparison.Ordinal)) <= before.Count(e => e.Who.StartsWith("operator/", StringComparison.Ordinal)))
            {
                silent.Add($"{method} {path}");
            }
        }

        Assert.Empty(silent);
    }

    [Fact]
    public async Task LifeOfANode_FromItsTokenToItsEnd_IsTold()
    {
        await using var network = await ManagedNetwork.StartAsync();
        Assert.True(Identity.TryParse(network.Network.OperatorIdentity, out var identity));
        var @operator = $"operator/{identity.Id}";
        var token = await network.NewTokenAsync(Role.Core);
        var key = NodeKey.New();
        using (var client = network.Connect(null))
        {
            await client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, key));
            await Assert.ThrowsAsync<RpcException>(() => client.EnrollAsync(ManagedNetwork.Request(token, Role.Core, NodeKey.New())));
        }

        var node = network.View.Nodes.Values.Single();
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{node.Id}/revoke");
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{node.Id}/revoke");

        var id = Convert.ToHexStringLower(token.Id);
        var told = (await EntriesAsync(network)).Reverse().Select(e => $"{e.Who} {e.What} {e.Subject} {e.Outcome}").ToList();
        Assert.Equal(
            [
                $"{@operator} token add join-tokens/{id} done",
                $"token/{id} node enroll nodes/{node.Id} done",
                $"token/{id} node enroll join-tokens/{id} Spent",
                $"{@operator} node revoke nodes/{node.Id} done",
                $"{@operator} node revoke nodes/{node.Id} unchanged",
            ],
            told.SkipWhile(t => !t.Contains("token add", StringComparison.Ordinal)));
        Assert.Contains(told, t => t == $"{@operator} network create  done");
        Assert.Contains(told, t => t.Contains("replica start", StringComparison.Ordinal));
        Assert.Contains(told, t => t == $"{@operator} participant add participants/alice done");
    }

    [Fact]
    public async Task Log_OfARunningNetwork_IsLinkedAndVerifies()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await network.NewDeviceAsync("bob");
        await RegenerationTests.UntilAsync(async () => (await EntriesAsync(network)).All(e => e.Sequence is not null));

        var (status, export) = await network.Admin.SendAsync(HttpMethod.Get, "/v1/audit/export", null);

        Assert.Equal(200, status);
        var verifier = new AuditVerifier(network.Network.Network, [network.Authority.Root.Certificate], null);
        foreach (var line in export.TrimEnd('\n').Split('\n'))
        {
            Assert.True(verifier.Read(Encoding.UTF8.GetBytes(line)), verifier.Fault);
        }

        Assert.True(verifier.Finish(), verifier.Fault);
        Assert.Equal(verifier.Count, (await EntriesAsync(network)).Count);
    }

    [Fact]
    public async Task Secrets_ThatTheApiGaveAway_AreNotInTheLog()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var token = await network.NewTokenAsync(Role.Core);
        var device = await network.NewDeviceAsync("bob");
        await network.Admin.PostAsync<DeviceCredential>($"/v1/devices/{device.Device.Id}/credential");

        var log = string.Concat((await network.Store.ListAsync(network.Keys.Prefix + "audit", TestContext.Current.CancellationToken)).Entries.Select(e => Encoding.UTF8.GetString(e.Value.Span)));

        Assert.DoesNotContain(Convert.ToHexStringLower(token.Secret), log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(token.Reveal(), log, StringComparison.Ordinal);
        foreach (var secret in device.SubscriptionUrls.Select(u => u.Split('/')[^1]))
        {
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ForbiddenCalls_OfANode_AreToldAndBounded_StrangersAreCounted()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var node = await network.EnrollAsync(Role.Core);
        using var thief = TestHttp.Client(network.Replica.Admin, node.Certificate);
        using var stranger = TestHttp.Client(network.Replica.Admin, null);
        for (var i = 0; i < Refusals.PerCaller + 20; i++)
        {
            Assert.Equal(403, (int)(await thief.GetAsync("/v1/users", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(401, (int)(await stranger.GetAsync("/v1/users", TestContext.Current.CancellationToken)).StatusCode);
        }

        var told = (await EntriesAsync(network)).Where(e => e.Outcome == "forbidden").ToList();
        Assert.Equal(Refusals.PerCaller, told.Count);
        Assert.All(told, e => Assert.Equal(($"core/{node.Identity.Id}", "user read"), (e.Who, e.What)));

        await network.Replica.Get<Refusals>().FlushAsync();
        var counted = (await EntriesAsync(network)).Where(e => e.Outcome == "refused").ToDictionary(e => e.What, e => e.Count);
        Assert.Equal((20, Refusals.PerCaller + 20), (counted["calls beyond those written down"], counted["calls of strangers"]));
    }

    [Fact]
    public async Task List_ByWhoWhatAndSince_ShowsWhatMatches()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await network.NewDeviceAsync("bob");

        Assert.Equal("users/bob", Assert.Single(await network.Admin.GetAsync<IReadOnlyList<AuditEntry>>("/v1/audit?what=user%20add")).Subject);
        Assert.Empty(await network.Admin.GetAsync<IReadOnlyList<AuditEntry>>("/v1/audit?who=core/"));
        Assert.Empty(await network.Admin.GetAsync<IReadOnlyList<AuditEntry>>($"/v1/audit?since={Uri.EscapeDataString($"{DateTimeOffset.UtcNow.AddHours(1):O}")}"));
        Assert.Single(await network.Admin.GetAsync<IReadOnlyList<AuditEntry>>("/v1/audit?limit=1"));
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Get, "/v1/audit?limit=0", null)).Status);
    }

    private static Task<IReadOnlyList<AuditEntry>> EntriesAsync(ManagedNetwork network) => network.Admin.GetAsync<IReadOnlyList<AuditEntry>>("/v1/audit?limit=1000");
}
