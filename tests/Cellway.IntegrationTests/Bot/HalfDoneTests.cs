using Cellway.IntegrationTests.Manager;
using Cellway.Manager.Api;

namespace Cellway.IntegrationTests.Bot;

/// <summary>What takes several writes is done to its end, though one of them fails: nothing stays half-done.</summary>
public sealed class HalfDoneTests
{
    private const long Bob = 7_205_551_234;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Forget_TheStateIsAwayAfterTheFirstDevice_RemovesTheOthersToo(bool loseAnswer)
    {
        FaultyStore store = null!;
        await using var network = await BotNetwork.StartAsync(wrap: inner => store = new(inner));
        await InviteAsync(network, new(User: "bob"), () => network.Network.NewDeviceAsync("bob", "first"));
        await network.Network.NewDeviceAsync("bob", "second");
        await network.SayAsync(Bob, "/forget");

        FailSecond(store, network, network.Network.Keys.Device(""), loseAnswer);
        Assert.Contains("я вас не помню", (await network.PressAsync(Bob, "Забыть и удалить устройства")).Plain, StringComparison.Ordinal);
        Assert.Empty(await network.Network.Admin.GetAsync<IReadOnlyList<DeviceInfo>>("/v1/devices"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leave_TheStateIsAwayAfterTheFirstNode_DrainsTheOthersToo(bool loseAnswer)
    {
        FaultyStore store = null!;
        await using var network = await BotNetwork.StartAsync(wrap: inner => store = new(inner));
        await InviteAsync(network, new(Participant: ManagedNetwork.Participant), () => Task.CompletedTask);
        for (var i = 0; i < 3; i++)
        {
            await network.NewCoreAsync();
        }

        await network.SayAsync(Bob, "/leave");
        FailSecond(store, network, network.Network.Keys.Node(""), loseAnswer);
        Assert.Contains("новых не берут", (await network.PressAsync(Bob, "1. Не брать новых")).Plain, StringComparison.Ordinal);
        Assert.Equal(3, network.Network.View.Nodes.Values.Count(n => n.State == Cellway.Model.Nodes.NodeState.Draining));
    }

    private static void FailSecond(FaultyStore store, BotNetwork network, string folder, bool loseAnswer)
    {
        var seen = 0;
        store.FailNext(t => t.Writes.Any(o => o.Key.StartsWith(folder, StringComparison.Ordinal)) && ++seen == 2, loseAnswer);
    }

    private static async Task InviteAsync(BotNetwork network, NewBotInvitation wanted, Func<Task> first)
    {
        await first();
        await network.SayAsync(Bob, (await network.Network.Admin.PostAsync<BotInvitation>("/v1/bot/invitations", wanted)).Command);
    }
}
