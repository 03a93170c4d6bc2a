using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Google.Protobuf;
using Grpc.Core;

namespace Cellway.IntegrationTests.Manager;

public sealed class ResolveTests
{
    [Fact]
    public async Task Resolve_UnknownOrDisabledDevice_NotFound()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        var device = await network.NewDeviceAsync("bob");
        var known = CredentialOf(device);

        foreach (var hash in new[] { new byte[32], new byte[31], [], new byte[5000] })
        {
            Assert.Equal(StatusCode.NotFound, await StatusAsync(client, ByteString.CopyFrom(hash)));
        }

        Assert.Equal(StatusCode.OK, await StatusAsync(client, known));
        await network.Admin.ExpectAsync<DeviceInfo>(HttpMethod.Patch, $"/v1/devices/{device.Device.Id}", new DeviceChange(true));
        Assert.Equal(StatusCode.NotFound, await StatusAsync(client, known));
        await network.Admin.ExpectAsync<DeviceInfo>(HttpMethod.Patch, $"/v1/devices/{device.Device.Id}", new DeviceChange(false));
        await network.Admin.ExpectAsync<UserInfo>(HttpMethod.Patch, "/v1/users/bob", new UserChange(true));
        Assert.Equal(StatusCode.NotFound, await StatusAsync(client, known));
        await network.Admin.ExpectAsync<UserInfo>(HttpMethod.Patch, "/v1/users/bob", new UserChange(false));
        await network.Admin.PostAsync<DeviceCredential>($"/v1/devices/{device.Device.Id}/credential");
        Assert.Equal(StatusCode.NotFound, await StatusAsync(client, known));
    }

    [Fact]
    public async Task Resolve_KnownDevice_OnlyReadyCoresWithTheRouteIdsTheyHold()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var device = await network.NewDeviceAsync("bob");
        var entry = await network.EnrollAsync(Role.Entry);
        using var entryClient = network.Connect(entry.Certificate);
        Assert.Empty((await ResolveAsync(entryClient, device)).Targets);

        List<(EnrolledNode Node, NodeClient Client, AttachedStream Stream)> cores = [];
        for (var i = 0; i < 3; i++)
        {
            var core = await network.EnrollAsync(Role.Core);
            var client = network.Connect(core.Certificate);
            var stream = await client.AttachAsync(NodeClient.NewHello(9000 + i));
            await stream.SyncUntilAsync(held => held.Values.Any(r => r.Routes is not null));
            cores.Add((core, client, stream));
        }

        Assert.Empty((await ResolveAsync(entryClient, device)).Targets);
        await using var entryStream = await entryClient.AttachAsync();
        foreach (var _ in cores.Skip(1))
        {
            var probe = (await entryStream.NextAsync(ManagementMessage.BodyOneofCase.Probe)).Probe;
            await entryStream.SendAsync(new() { ProbeResult = new() { CoreId = probe.CoreId } });
            await ProbeTests.UntilReadyAsync(network, probe.CoreId);
        }

        var reply = await ResolveAsync(entryClient, device);
        Assert.Equal(2, reply.Targets.Count);
        Assert.Equal(reply, await ResolveAsync(entryClient, device));
        Assert.Equal(reply.Targets[0].CoreId, (await network.Admin.GetAsync<IReadOnlyList<DeviceInfo>>("/v1/devices"))[0].Core);
        Assert.Equal(2, reply.Targets.Select(t => t.RouteId).Distinct().Count());
        foreach (var target in reply.Targets)
        {
            var (node, _, stream) = cores.Single(c => c.Node.Id == target.CoreId);
            Assert.True(network.View.Sessions[node.Id].Ready);
            Assert.Equal(ByteString.CopyFrom(node.Key.KeyHash.ToArray()), target.CertificateKeyHash);
            var held = stream.Held[$"core/routes/{target.RouteId[0]:x2}"].Routes.Routes;
            Assert.Contains(held, r => r.RouteId == target.RouteId);
            Assert.NotEqual(ByteString.CopyFrom(CredentialOf(device).Span[..16]), target.RouteId);
        }

        foreach (var (_, client, stream) in cores)
        {
            await stream.DisposeAsync();
            client.Dispose();
        }
    }

    [Fact]
    public async Task FetchSubscription_GoodToken_LinksWhoseIdHashesToTheStoredOne()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var device = await network.NewDeviceAsync("bob");
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        var url = new Uri(Assert.Single(device.SubscriptionUrls));
        Assert.Equal($"https://127.0.0.1:8443/{network.View.Cells[ManagedNetwork.Cell].SubscriptionPath}/", url.AbsoluteUri[..(url.AbsoluteUri.LastIndexOf('/') + 1)]);

        var reply = await client.FetchSubscriptionAsync(new() { Token = TokenOf(device), Host = "x", Method = "GET" });

        Assert.Equal(200u, reply.Status);
        Assert.Contains(reply.Headers, h => h is { Name: "content-type", Value: "text/plain; charset=utf-8" });
        Assert.Contains(reply.Headers, h => h is { Name: "cache-control", Value: "private, no-cache" });
        var links = Encoding.UTF8.GetString(Convert.FromBase64String(reply.Body.ToStringUtf8())).Split('\n').Select(l => new Uri(l)).ToList();
        Assert.Equal(["vless", "vless"], links.Select(l => l.Scheme));
        Assert.All(links, link => Assert.Equal(
            network.View.Accounts.FindDevice(device.Device.Id)!.Value.Credential.ToString(),
            VlessId.HashOf(Guid.ParseExact(link.UserInfo, "D").ToByteArray(bigEndian: true)).ToString()));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "AAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("POST", null)]
    public async Task FetchSubscription_BadTokenOrMethod_NotFound(string method, string? token)
    {
        await using var network = await ManagedNetwork.StartAsync();
        var device = await network.NewDeviceAsync("bob");
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);

        var e = await Assert.ThrowsAsync<RpcException>(
            () => client.FetchSubscriptionAsync(new() { Token = token ?? TokenOf(device), Method = method }));

        Assert.Equal(StatusCode.NotFound, e.StatusCode);
    }

    [Fact]
    public async Task Resolve_ByASecondReplica_KnowsTheDeviceOfTheFirst()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var second = await network.StartReplicaAsync();
        var entry = await network.EnrollAsync(Role.Entry);
        var device = await network.NewDeviceAsync("bob");
        using var client = network.Connect(entry.Certificate, second);
        await second.Get<Cellway.Manager.View.NetworkViewFeed>().WaitForAsync(network.View.Revision, TestContext.Current.CancellationToken);

        Assert.Equal(StatusCode.OK, await StatusAsync(client, CredentialOf(device)));

        // A Core that phones home to one replica is probed by an Entry of the other, and has one route id everywhere.
        var core = await network.EnrollAsync(Role.Core);
        using var coreClient = network.Connect(core.Certificate);
        await using var coreStream = await coreClient.AttachAsync();
        await using var entryStream = await client.AttachAsync();
        await entryStream.NextAsync(ManagementMessage.BodyOneofCase.Probe);
        await entryStream.SendAsync(new() { ProbeResult = new() { CoreId = core.Id } });
        await ProbeTests.UntilReadyAsync(network, core.Id);
        await coreStream.SyncUntilAsync(held => held.Values.Any(r => r.Routes is not null));

        var target = Assert.Single((await ResolveAsync(client, device)).Targets);
        Assert.Equal(coreStream.Held.Values.Single(r => r.Routes is not null).Routes.Routes.Single().RouteId, target.RouteId);
    }

    [Fact]
    public async Task ResolveMany_QuestionsOfAllKinds_EachAnsweredUnderItsNumber()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var device = await network.NewDeviceAsync("bob");
        var entry = await network.EnrollAsync(Role.Entry);
        await network.Admin.ExpectAsync<DeviceInfo>(HttpMethod.Patch, $"/v1/devices/{device.Device.Id}", new DeviceChange(Addresses: 5));
        using var client = network.Connect(entry.Certificate);
        using var call = client.ResolveMany();
        var questions = new Dictionary<ulong, ByteString> { [7] = CredentialOf(device), [8] = ByteString.CopyFrom(new byte[32]), [9] = ByteString.Empty };
        for (ulong i = 10; i < 200; i++)
        {
            questions[i] = i % 2 == 0 ? CredentialOf(device) : ByteString.CopyFrom(SHA256.HashData(BitConverter.GetBytes(i)));
        }

        foreach (var (number, credential) in questions)
        {
            await call.RequestStream.WriteAsync(new() { Number = number, CredentialHash = credential }, TestContext.Current.CancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        var answers = new Dictionary<ulong, ResolveAnswer>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            answers.Add(answer.Number, answer);
        }

        Assert.Equal(questions.Keys.Order(), answers.Keys.Order());
        Assert.All(questions, q => Assert.Equal(q.Value != CredentialOf(device), answers[q.Key].Unknown));
        Assert.Equal(5u, answers[7].MaxAddresses);
    }

    [Fact]
    public async Task ResolveMany_EntryRevokedMeanwhile_AnswersNothingMore()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var device = await network.NewDeviceAsync("bob");
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        using var call = client.ResolveMany();
        await call.RequestStream.WriteAsync(new() { Number = 1, CredentialHash = CredentialOf(device) }, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{entry.Id}/revoke");
        await call.RequestStream.WriteAsync(new() { Number = 2, CredentialHash = CredentialOf(device) }, TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
    }

    internal static string TokenOf(DeviceCredential device) => device.SubscriptionUrls[0].Split('/')[^1];

    internal static ByteString CredentialOf(DeviceCredential device)
    {
        Assert.True(SubscriptionToken.TryParse(TokenOf(device), out var token));
        return ByteString.CopyFrom(VlessId.Of(token).Hash().ToArray());
    }

    internal static async Task<ResolveReply> ResolveAsync(NodeClient client, DeviceCredential device) =>
        await client.ResolveAsync(new() { CredentialHash = CredentialOf(device) });

    private static async Task<StatusCode> StatusAsync(NodeClient client, ByteString credential)
    {
        try
        {
            await client.ResolveAsync(new() { CredentialHash = credential });
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
