using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;
using Grpc.Core;

namespace Cellway.IntegrationTests.Manager.Subscriptions;

/// <summary>Subscriptions as Entries ask for them and operators steer them, on the wire.</summary>
public sealed class SubscriptionFlowTests
{
    [Fact]
    public async Task Fetch_AfterReissue_TheOldUrlIsNobodysAndTheNewOneAnswers()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        var before = await network.NewDeviceAsync("bob");
        Assert.Equal(200u, (await client.FetchSubscriptionAsync(Of(before))).Status);

        var after = await network.Admin.PostAsync<DeviceCredential>($"/v1/devices/{before.Device.Id}/credential");

        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => client.FetchSubscriptionAsync(Of(before)))).StatusCode);
        Assert.Equal(200u, (await client.FetchSubscriptionAsync(Of(after))).Status);
    }

    [Fact]
    public async Task Fetch_ManyAtOnce_EachGetsItsOwnWholeDocument()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        List<DeviceCredential> devices = [await network.NewDeviceAsync("bob", "one"), await network.NewDeviceAsync("bob", "two"), await network.NewDeviceAsync("eve", "three")];
        var expected = new List<ByteString>();
        foreach (var device in devices)
        {
            expected.Add((await client.FetchSubscriptionAsync(Of(device))).Body);
        }

        Assert.Equal(3, expected.Distinct().Count());
        await Task.WhenAll(Enumerable.Range(0, 120).Select(async i => Assert.Equal(expected[i % 3], (await client.FetchSubscriptionAsync(Of(devices[i % 3]))).Body)));
    }

    [Fact]
    public async Task Fetch_EntryRevokedMeanwhile_NothingMoreOnItsOpenStream()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var device = await network.NewDeviceAsync("bob");
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        using var call = client.FetchMany();
        await call.RequestStream.WriteAsync(new() { Number = 1, Request = Of(device) }, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(200u, call.ResponseStream.Current.Reply.Status);

        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{entry.Id}/revoke");
        await call.RequestStream.WriteAsync(new() { Number = 2, Request = Of(device) }, TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.PermissionDenied, e.StatusCode);
    }

    [Fact]
    public async Task Fetch_StateDoesNotAnswerForAStranger_OthersOnTheStreamAreAnswered()
    {
        FaultyStore store = null!;
        await using var network = await ManagedNetwork.StartAsync(wrap: inner => store = new(inner));
        var device = await network.NewDeviceAsync("bob");
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        using var call = client.FetchMany();
        Assert.Equal(200u, (await client.FetchSubscriptionAsync(Of(device))).Status); // the caller is known by now
        store.ReadsFail = true;

        foreach (var (number, request) in new[] { (1UL, new() { Token = "AAAAAAAAAAAAAAAAAAAAAAAAAAA", Method = "GET" }), (2UL, Of(device)), (3UL, null) })
        {
            await call.RequestStream.WriteAsync(new() { Number = number, Request = request }, TestContext.Current.CancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        var answers = new Dictionary<ulong, SubscriptionAnswer>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            answers.Add(answer.Number, answer);
        }

        Assert.True(answers[1].Unavailable);
        Assert.Equal(200u, answers[2].Reply.Status);
        Assert.True(answers[3].Unknown);
    }

    [Fact]
    public async Task Limits_OfADevice_AreToldToAppsAndEntries()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        var device = await network.NewDeviceAsync("bob");
        var path = $"/v1/devices/{device.Device.Id}";
        await network.Admin.ExpectAsync<DeviceInfo>(HttpMethod.Patch, path, new DeviceChange(Apps: 1, Addresses: 3));

        Assert.DoesNotContain("x-hwid-limit", Names(await client.FetchSubscriptionAsync(Of(device, "first"))));
        Assert.Contains("x-hwid-limit", Names(await client.FetchSubscriptionAsync(Of(device, "second"))));
        var id = Cellway.Model.Devices.SubscriptionToken.TryParse(TokenOf(device), out var token) ? Cellway.Model.Devices.VlessId.Of(token) : default;
        using var lookups = client.ResolveMany();
        await lookups.RequestStream.WriteAsync(new() { Number = 1, CredentialHash = ByteString.CopyFrom(id.Hash().ToArray()) }, TestContext.Current.CancellationToken);
        Assert.True(await lookups.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(3u, lookups.ResponseStream.Current.MaxAddresses);

        await network.Admin.ExpectAsync<DeviceInfo>(HttpMethod.Patch, path, new DeviceChange(Apps: 0, Addresses: 0));
        Assert.DoesNotContain("x-hwid-limit", Names(await client.FetchSubscriptionAsync(Of(device, "second"))));
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Patch, path, new DeviceChange(Apps: 33))).Status);
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Patch, path, new DeviceChange(Addresses: -1))).Status);
    }

    [Fact]
    public async Task Settings_AndProfiles_ReachTheDocuments()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        var device = await network.NewDeviceAsync("bob");

        var info = await network.Admin.ExpectAsync<SubscriptionInfo>(
            HttpMethod.Patch, "/v1/subscriptions", new SubscriptionChange("Наша сеть", "https://t.me/help", "Hello", 24, true));
        await network.Admin.ExpectAsync<CellInfo>(
            HttpMethod.Patch, $"/v1/cells/{ManagedNetwork.Cell}", new CellChange(Transports: ["websocket"], Fingerprints: ["safari"]));
        var reply = await client.FetchSubscriptionAsync(Of(device, userAgent: "v2rayNG/2.3.5"));

        Assert.Equal(("Наша сеть", 24, true), (info.Title, info.UpdateHours, info.XrayJson));
        Assert.Contains(("profile-update-interval", "24"), reply.Headers.Select(h => (h.Name, h.Value)));
        Assert.Contains(("support-url", "https://t.me/help"), reply.Headers.Select(h => (h.Name, h.Value)));
        Assert.Contains("\"fingerprint\":\"safari\"", reply.Body.ToStringUtf8(), StringComparison.Ordinal);
        Assert.DoesNotContain("grpcSettings", reply.Body.ToStringUtf8(), StringComparison.Ordinal);

        info = await network.Admin.ExpectAsync<SubscriptionInfo>(HttpMethod.Patch, "/v1/subscriptions", new SubscriptionChange(SupportUrl: "", Announcement: ""));
        Assert.Equal((null, null, 24), (info.SupportUrl, info.Announcement, info.UpdateHours));
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Patch, "/v1/subscriptions", new SubscriptionChange(SupportUrl: "javascript:alert(1)"))).Status);
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Patch, "/v1/subscriptions", new SubscriptionChange(Title: " "))).Status);
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Patch, "/v1/subscriptions", new SubscriptionChange(UpdateHours: 0))).Status);
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Patch, $"/v1/cells/{ManagedNetwork.Cell}", new CellChange(Transports: ["carrier pigeon"]))).Status);
        Assert.Equal(400, (await network.Admin.FailAsync(HttpMethod.Patch, $"/v1/cells/{ManagedNetwork.Cell}", new CellChange(Fingerprints: ["netscape"]))).Status);
    }

    private static string TokenOf(DeviceCredential device) => device.SubscriptionUrls[0][(device.SubscriptionUrls[0].LastIndexOf('/') + 1)..];

    private static SubscriptionRequest Of(DeviceCredential device, string hwid = "", string userAgent = "") =>
        new() { Token = TokenOf(device), Method = "GET", Hwid = hwid, UserAgent = userAgent };

    private static IEnumerable<string> Names(SubscriptionReply reply) => reply.Headers.Select(h => h.Name);
}
