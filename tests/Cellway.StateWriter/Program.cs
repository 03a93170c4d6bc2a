// Writes to a state file until it is killed, and says on its output what was acknowledged: "WRITER COUNT REVISION" per line.
// With "measure" in front it reports commits per second instead:  Cellway.StateWriter measure PATH WRITERS SECONDS
using System.Diagnostics;
using System.Globalization;
using Cellway.Model.State;
using Cellway.State.Sqlite;

if (args is ["measure", var file, var count, var seconds])
{
    await MeasureAsync(file, int.Parse(count, CultureInfo.InvariantCulture), int.Parse(seconds, CultureInfo.InvariantCulture));
    return;
}

await using var store = await SqliteStateStore.OpenAsync(args[0], new SqliteStateOptions(), TimeProvider.System, default);
var writers = int.Parse(args[1], CultureInfo.InvariantCulture);
await Task.WhenAll(Enumerable.Range(0, writers).Select(WriteAsync));

async Task WriteAsync(int writer)
{
    await Task.Yield();
    for (var i = 1; ; i++)
    {
        // Two keys at once, so that half a transaction would show.
        var value = BitConverter.GetBytes(i);
        var result = await store.CommitAsync(new StateTransaction().Put($"a/{writer}", value).Put($"b/{writer}", value), default);
        lock (store)
        {
            Console.Out.WriteLine($"{writer} {i} {result.Revision}");
            Console.Out.Flush();
        }
    }
}

static async Task MeasureAsync(string path, int writers, int seconds)
{
    await using var store = await SqliteStateStore.OpenAsync(path, new SqliteStateOptions(), TimeProvider.System, default);
    var value = new byte[200];
    var clock = Stopwatch.StartNew();
    var commits = await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
    {
        await Task.Yield();
        var done = 0;
        for (; clock.Elapsed.TotalSeconds < seconds; done++)
        {
            await store.CommitAsync(new StateTransaction().Put($"key/{writer}/{done % 100}", value), default);
        }

        return done;
    }));
    Console.WriteLine($"{writers} writers: {commits.Sum() / clock.Elapsed.TotalSeconds:F0} commits/s");
}
