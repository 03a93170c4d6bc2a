using Cellway.Model.Contracts;
using Cellway.Model.Health;
using Cellway.Model.State;
using Role = Cellway.Model.Identities.Role;
using CoreReach = Cellway.Model.Health.CoreReach;

namespace Cellway.IntegrationTests.Manager;

public sealed class LifeSignsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CoreThatAnEntryHasLost_IsAskedAndWhatItSaysIsWrittenOnce()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(_ => true);
        var loss = network.Time.GetUtcNow();

        await ReportAsync(network, core.Id, CoreReach.Unreachable, loss);
        await stream.NextAsync(ManagementMessage.BodyOneofCase.RollCall);
        Assert.Empty(network.View.LifeSigns); // it has not said anything yet

        await stream.HeartbeatAsync();
        await UntilAsync(() => network.View.LifeSigns.Values.Any(s => s.Cores.ContainsKey(core.Id)));
        Assert.Equal(loss, network.View.LifeSigns.Values.Single().Cores[core.Id]);

        // A newer loss needs a newer word.
        var again = loss.AddSeconds(5);
        await ReportAsync(network, core.Id, CoreReach.Stalls, again);
        await stream.NextAsync(ManagementMessage.BodyOneofCase.RollCall);
        Assert.Equal(loss, network.View.LifeSigns.Values.Single().Cores[core.Id]);
        await stream.HeartbeatAsync();
        await UntilAsync(() => network.View.LifeSigns.Values.Single().Cores[core.Id] == again);

        await ReportAsync(network, core.Id, CoreReach.Reachable, again.AddSeconds(1));
        await UntilAsync(() => network.View.LifeSigns.IsEmpty);
    }

    private static Task ReportAsync(ManagedNetwork network, string core, CoreReach reach, DateTimeOffset since)
    {
        var report = new EntryReportRecord
        {
            Entry = "entry-1",
            Cores = new Dictionary<string, CoreReachReport> { [core] = new() { ExitDomain = "exit.north.example", Reach = reach, Since = since } },
            Cells = new Dictionary<string, CellArrivalsReport>(),
        };
        return network.WriteAsync(new StateTransaction().Put(network.Keys.EntryReport("entry-1"), StateJson.Write(report)));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
