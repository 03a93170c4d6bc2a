using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Bot.Sending;
using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.State;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Bot;

public sealed class SweeperTests
{
    private const long Guest = 7_205_551_234;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sweep_ADayAfterATrial_TakesItsUserAndDeviceAwayAndKeepsTheCount()
    {
        await using var network = await BotNetwork.StartAsync();
        await network.SayAsync(Guest, "/trial");
        await SweepAsync(network, TimeSpan.FromHours(24.5));
        Assert.Equal((1, 1), await CountAsync(network)); // an hour of trial, and not yet a day

        await SweepAsync(network, TimeSpan.FromHours(25.5));
        Assert.Equal((0, 0), await CountAsync(network));
        Assert.Equal((1, null), await PersonAsync(network));

        Assert.Contains("Осталось проб: 8", (await network.SayAsync(Guest, "/trial")).Plain, StringComparison.Ordinal);
    }

    /// <summary>A user that an operator has closed must stay closed: their next trial would be another user.</summary>
    [Fact]
    public async Task Sweep_ATrialThatAnOperatorHasClosed_StaysClosed()
    {
        await using var network = await BotNetwork.StartAsync();
        await network.SayAsync(Guest, "/trial");
        var user = Assert.Single(await UsersAsync(network));
        await network.Network.Admin.ExpectAsync<UserInfo>(HttpMethod.Patch, $"/v1/users/{user.Id}", new UserChange(Disabled: true));
        await SweepAsync(network, TimeSpan.FromHours(48));

        Assert.Contains("закрыта операторами", (await network.SayAsync(Guest, "/trial")).Plain, StringComparison.Ordinal);
        Assert.True(Assert.Single(await UsersAsync(network)).Disabled);
    }

    private static async Task SweepAsync(BotNetwork network, TimeSpan later)
    {
        var replica = network.Network.Replica;
        var sweeper = new Sweeper(replica.Get<BotDesk>(), replica.Get<BotActs.Factory>(), replica.Get<Acts>(), new FakeTimeProvider(DateTimeOffset.UtcNow + later));
        await sweeper.SweepAsync(await network.TermAsync(), Token);
    }

    private static Task<IReadOnlyList<UserInfo>> UsersAsync(BotNetwork network) => network.Network.Admin.GetAsync<IReadOnlyList<UserInfo>>("/v1/users");

    private static async Task<(int Users, int Devices)> CountAsync(BotNetwork network) =>
        ((await UsersAsync(network)).Count, (await network.Network.Admin.GetAsync<IReadOnlyList<DeviceInfo>>("/v1/devices")).Count);

    private static async Task<(int Trials, string? User)> PersonAsync(BotNetwork network)
    {
        var person = StateJson.Read<BotPersonRecord>(Assert.Single((await network.Network.Store.ListAsync(network.Network.Keys.Bot("people/"), Token)).Entries));
        return (person.Trials, person.TrialUser);
    }
}
