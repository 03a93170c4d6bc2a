using System.Diagnostics;
using Cellway.Benchmarks.Scale;

namespace Cellway.Benchmarks.Revocation;

/// <summary>How long a stolen node is of use after <c>node revoke</c> has answered: until every replica, Entry and Core refuses it, and what it carried is cut.</summary>
internal static class RevocationBench
{
    private const int Trials = 100;
    private const int CoreShare = 5; // every fifth is a Core; the others are Entries

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        var directory = Directory.CreateTempSubdirectory("cellway-revocation-").FullName;
        try
        {
            using var etcd = await EtcdProcess.StartAsync(directory);
            await using var bed = await RevocationBed.StartAsync(directory, etcd);
            List<double> replicas = [];
            List<double> nodes = [];
            List<double> cut = [];
            var trials = quick ? 10 : Trials;
            for (var i = 0; i < trials; i++)
            {
                await using var thief = i % CoreShare == CoreShare - 1 ? await StolenThing.CoreAsync(bed, i) : await StolenThing.EntryAsync(bed, i);
                await bed.RevokeAsync(thief.Id);
                var answered = Stopwatch.GetTimestamp();
                var times = await Task.WhenAll(
                    UntilAsync(thief.IsCutAsync, answered),
                    UntilAllAsync(bed.Replicas.Select(r => (Func<Task<bool>>)(() => thief.IsRefusedByAsync(r))), answered),
                    UntilAllAsync(thief.OtherNodes(), answered));
                cut.Add(times[0]);
                replicas.Add(times[1]);
                nodes.Add(times[2]);
            }

            return
            [
                Row.Of($"{trials} revocations: refused by both replicas", "s", replicas),
                Row.Of($"{trials} revocations: refused by the other side's nodes", "s", nodes),
                Row.Of($"{trials} revocations: what it carried is cut", "s", cut),
            ];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<double> UntilAllAsync(IEnumerable<Func<Task<bool>>> all, long from) => (await Task.WhenAll(all.Select(a => UntilAsync(a, from)))).Max();

    private static async Task<double> UntilAsync(Func<Task<bool>> holds, long from)
    {
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(from) > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException("A revoked node is of use half a minute later.");
            }

            await Task.Delay(1);
        }

        return Stopwatch.GetElapsedTime(from).TotalSeconds;
    }
}
