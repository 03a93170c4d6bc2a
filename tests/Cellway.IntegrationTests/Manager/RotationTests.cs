using Cellway.Manager.Api;
using Cellway.Manager.Rotation;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Names change every minute or so while a real client talks through a real Entry and a real Core: see <see cref="LeapingNetwork"/>.</summary>
public sealed class RotationTests : IAsyncLifetime
{
    // The defaults, in minutes in the place of hours.
    private static readonly RotationOptions Compressed = new()
    {
        Entry = new() { Every = TimeSpan.FromMinutes(2), Offset = TimeSpan.FromSeconds(30), Keep = TimeSpan.FromMinutes(72) },
        Exit = new() { Every = TimeSpan.FromMinutes(1), Offset = TimeSpan.FromSeconds(30), Keep = TimeSpan.FromMinutes(6) },
        Ahead = TimeSpan.FromMinutes(24),
        ClockSkew = TimeSpan.FromSeconds(2),
        PushWithin = TimeSpan.FromSeconds(10),
    };

    private LeapingNetwork _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _network = await LeapingNetwork.StartAsync(o => o with { Rotation = Compressed });
        await RotateAsync(new(Reason: "compromise", Grace: TimeSpan.Zero)); // what the network was made with is planned in hours
    }

    public async ValueTask DisposeAsync() => await (_network?.DisposeAsync() ?? default);

    [Fact]
    public async Task NamesChange_AlsoWhileManagementIsAway_TrafficFlowsAndSessionsSurvive()
    {
        var device = await _network.Managed.NewDeviceAsync("anna");
        using var core = await _network.StartCoreAsync();
        var entryPort = Testing.ServerProcess.FreePort();
        using var entry = await _network.StartEntryAsync(entryPort);
        await _network.UntilReadyAsync();
        var first = _network.AnnouncedName();
        using var client = _network.Client(device, entryPort);
        await LeapingNetwork.EventuallyAsync(() => _network.TryEchoOnceAsync(client));
        await using var session = await client.OpenAsync(_network.Origin.Endpoint, Token);
        await _network.LiveAsync(TimeSpan.FromMinutes(8), client, session, _network.Hears(_network.Managed.Replica));
        Assert.NotEqual(first, _network.AnnouncedName()); // several generations later: and the client still has the first
        var plan = _network.Managed.View.Rotations[ManagedNetwork.Cell];

        await _network.Managed.Replica.DisposeAsync();
        await _network.LiveAsync(TimeSpan.FromMinutes(20), client, session); // the route is older than any name that was accepted when it was made
        Assert.True(plan.ExitNames.Count(n => n.AnnouncedAt <= _network.Time.GetUtcNow()) > 12); // names went on without it

        await using var back = await _network.Managed.StartReplicaAsync();
        using var admin = new AdminClient(back.Admin, _network.Managed.Operator);
        await _network.LiveAsync(TimeSpan.FromMinutes(8), client, session, _network.Hears(back));
        var now = await admin.GetAsync<IReadOnlyList<RotationInfo>>("/v1/rotation?cell=" + ManagedNetwork.Cell);
        Assert.Equal(["entry", "exit"], now.Select(r => r.Hop));
        Assert.All(now, r => Assert.True(r.PlannedUntil >= _network.Time.GetUtcNow() + Compressed.Ahead));
        Assert.Contains(now[0].Names, n => n.Name == first && n.State == "replaced");
        Assert.DoesNotContain(now[1].Names, n => n.Name == plan.ExitNames[0].Name); // what has ended is forgotten
    }

    [Fact]
    public async Task RotatedByHand_OldAndNewNamesWork_AfterACompromiseOnlyTheNew()
    {
        var device = await _network.Managed.NewDeviceAsync("anna");
        using var core = await _network.StartCoreAsync();
        var entryPort = Testing.ServerProcess.FreePort();
        using var entry = await _network.StartEntryAsync(entryPort);
        await _network.UntilReadyAsync();
        using var old = _network.Client(device, entryPort);
        await LeapingNetwork.EventuallyAsync(() => _network.TryEchoOnceAsync(old));
        await using var session = await old.OpenAsync(_network.Origin.Endpoint, Token);

        await _network.LeapAsync(Compressed.Lead); // every node has had time to hear of what is planned
        var before = _network.AnnouncedName();
        var rotated = await RotateAsync(new());

        Assert.Equal(["entry", "exit"], rotated.Select(r => r.Hop));
        Assert.All(rotated, r => Assert.Single(r.Names, n => n.State == "announced"));
        Assert.NotEqual(before, _network.AnnouncedName());
        Assert.Equal("replaced", rotated[0].Names.Single(n => n.Name == before).State);
        using var fresh = _network.Client(device, entryPort);
        Assert.True(await _network.TryEchoOnceAsync(old));
        Assert.True(await _network.TryEchoOnceAsync(fresh));

        await RotateAsync(new(Reason: "compromise", Grace: TimeSpan.Zero));

        using var latest = _network.Client(device, entryPort);
        await LeapingNetwork.EventuallyAsync(() => _network.TryEchoOnceAsync(latest));
        Assert.False(await _network.TryEchoOnceAsync(old));
        Assert.False(await _network.TryEchoOnceAsync(fresh));
        await LeapingNetwork.EchoOnceAsync(session); // what is open goes on
        Assert.Contains("withdrew the service names", _network.Managed.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("api.v2.rpc.", _network.Managed.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "sideways", null, null, 400, "“sideways” is not a hop")]
    [InlineData("nowhere", null, null, null, 404, "There is no cell nowhere")]
    [InlineData(null, null, "boredom", null, 400, "“boredom” is not a reason")]
    [InlineData(null, null, "compromise", null, 400, "--grace")]
    [InlineData(null, null, "compromise", 10000, 400, "The grace may be 0 to 1.2 hours")]
    [InlineData(null, null, "compromise", -1, 400, "The grace may be 0 to 1.2 hours")]
    [InlineData(null, null, null, 60, 400, "only after a compromise")]
    public async Task Rotate_ThatCannotBe_SaysWhatToDoAndChangesNothing(string? cell, string? hop, string? reason, int? graceMinutes, int status, string message)
    {
        var before = _network.Managed.View.Rotations[ManagedNetwork.Cell].ExitNames[0];
        var request = new RotateRequest(cell, hop, reason, graceMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null);

        var (code, error) = await _network.Managed.Admin.FailAsync(HttpMethod.Post, "/v1/rotation", request);

        Assert.Equal(status, code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _network.Managed.View.Rotations[ManagedNetwork.Cell].ExitNames[0]);
    }

    private Task<IReadOnlyList<RotationInfo>> RotateAsync(RotateRequest request) =>
        _network.Managed.Admin.PostAsync<IReadOnlyList<RotationInfo>>("/v1/rotation", request);
}
