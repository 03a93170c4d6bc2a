using Cellway.Manager.Authority;
using Cellway.Manager.Backups;
using Cellway.Manager.Backups.Schedule;
using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Backups;
using Cellway.Model.Participants;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Backups;

/// <summary>The leader's schedule, on a clock of the test's.</summary>
public sealed class BackupScheduleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ImportantChanges_AreBackedUpTogetherOnceTheyHaveSettled()
    {
        await using var network = await SampleNetwork.CreateAsync();
        using var authority = await NetworkAuthority.OpenAsync(network.Store, network.Keys, network.Trust.Network!, network.Secret, Token);
        var viewLog = new ViewLog(NullLogger<ViewLog>.Instance);
        using var feed = new NetworkViewFeed(
            network.Store, network.Keys, [], new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), viewLog), TimeProvider.System, viewLog);
        await feed.StartAsync(Token);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var leads = await network.Store.CommitAsync(new StateTransaction().Put(network.Keys.Leader, "{\"schema\":1,\"replica\":\"a\",\"since\":\"2026-01-01T00:00:00Z\"}"u8.ToArray()), Token);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var options = new BackupOptions { Directories = [network["disk"]] };
        var planner = new BackupPlanner(
            network.Store, network.Keys, feed, options, new(network.Store, network.Keys, authority, options, time), time, new(NullLogger<BackupLog>.Instance));
        var running = planner.RunAsync(new LeaderTerm(network.Store, network.Keys.Leader, leads.Revision, lost), lost.Token);

        await AdvanceUntilAsync(async () => (await planner.RecordsAsync(Token)).Count == 1);
        var changed = time.GetUtcNow();
        foreach (var name in (string[])["dave", "eve"])
        {
            await network.PutAsync(network.Keys.Participant(name), new ParticipantRecord { Id = name, CreatedAt = changed });
        }

        await AdvanceUntilAsync(async () => (await planner.RecordsAsync(Token)).Count == 2);
        var second = (await planner.RecordsAsync(Token))[1];
        Assert.True(second.At - changed >= options.Settle, $"{second.At - changed}");
        Assert.True(second.At - changed < options.Every, $"{second.At - changed}");
        await AdvanceUntilAsync(() => Task.FromResult(time.GetUtcNow() - second.At > TimeSpan.FromMinutes(20)));
        Assert.Equal(2, (await planner.RecordsAsync(Token)).Count);
        Assert.All(await planner.RecordsAsync(Token), (BackupRecord r) => Assert.Null(r.Error));

        await lost.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await feed.StopAsync(Token);

        // In small steps, so that the schedule does not miss hours while a busy machine makes a backup.
        async Task AdvanceUntilAsync(Func<Task<bool>> holds)
        {
            var begun = TimeProvider.System.GetTimestamp();
            while (!await holds())
            {
                Assert.False(running.IsCompleted, running.Exception?.ToString());
                Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(3), "Not within three minutes.");
                time.Advance(TimeSpan.FromSeconds(2));
                await Task.Delay(5, Token);
            }
        }
    }
}
