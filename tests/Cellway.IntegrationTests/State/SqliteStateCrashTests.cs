using System.Diagnostics;
using System.Globalization;
using Cellway.Model.State;
using Cellway.State.Sqlite;

namespace Cellway.IntegrationTests.State;

public sealed class SqliteStateCrashTests : IDisposable
{
    private const int Writers = 8;

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _directory.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task Commit_WriterKilled_KeepsWhatWasAcknowledgedAndNoHalfTransaction()
    {
        var file = _directory["state.db"];
        for (var life = 0; life < 3; life++)
        {
            var (counts, revision) = await WriteAndKillAsync(file, lines: 300);
            await using var store = await SqliteStateStore.OpenAsync(file, new(), TimeProvider.System, _limit.Token);
            await CheckAsync(store, counts, revision);
        }
    }

    private static int CountIn(StateEntry? entry) => entry is null ? 0 : BitConverter.ToInt32(entry.Value.Span);

    /// <returns>The last count that each writer was told is written, and the highest revision told.</returns>
    private async Task<(int[] Counts, long Revision)> WriteAndKillAsync(string file, int lines)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Cellway.StateWriter.dll");
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", program, file, $"{Writers}"]) { RedirectStandardOutput = true })!;
        var counts = new int[Writers];
        var revision = 0L;
        try
        {
            for (var i = 0; await process.StandardOutput.ReadLineAsync(_limit.Token) is { } line; i++)
            {
                if (i == lines)
                {
                    await Assert.ThrowsAsync<StateStoreInUseException>(
                        () => SqliteStateStore.OpenAsync(file, new(), TimeProvider.System, _limit.Token));
                    process.Kill();
                }

                // A line cut by the kill says nothing.
                if (line.Split(' ') is [var writer, var count, var at] && process.StandardOutput.Peek() != -1)
                {
                    counts[int.Parse(writer, CultureInfo.InvariantCulture)] = int.Parse(count, CultureInfo.InvariantCulture);
                    revision = Math.Max(revision, long.Parse(at, CultureInfo.InvariantCulture));
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(_limit.Token);
        }

        Assert.All(counts, c => Assert.NotEqual(0, c));
        return (counts, revision);
    }

    private async Task CheckAsync(SqliteStateStore store, int[] acknowledged, long revision)
    {
        var snapshot = await store.ListAsync("", _limit.Token);
        Assert.True(snapshot.Revision >= revision, $"Revision {revision} was acknowledged and {snapshot.Revision} is stored.");
        for (var writer = 0; writer < Writers; writer++)
        {
            var a = await store.GetAsync($"a/{writer}", _limit.Token);
            var b = await store.GetAsync($"b/{writer}", _limit.Token);
            Assert.Equal((CountIn(a), a?.ModRevision), (CountIn(b), b?.ModRevision));
            Assert.True(CountIn(a) >= acknowledged[writer], $"Writer {writer}: {acknowledged[writer]} acknowledged, {CountIn(a)} stored.");
        }

        var expected = 1L;
        Dictionary<string, StateEntry> replayed = [];
        await foreach (var batch in store.WatchAsync("", 1, _limit.Token))
        {
            Assert.Equal(expected++, batch.Revision);
            Assert.Equal(2, batch.Changes.Count);
            foreach (var change in batch.Changes)
            {
                replayed[change.Key] = change.Entry!;
            }

            if (batch.Revision == snapshot.Revision)
            {
                break;
            }
        }

        Assert.All(snapshot.Entries, e => Assert.Equal(e.ModRevision, replayed[e.Key].ModRevision));
    }
}
