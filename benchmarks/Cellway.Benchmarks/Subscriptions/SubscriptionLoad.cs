using System.Diagnostics;
using Cellway.Model.Contracts;
using Grpc.Core;

namespace Cellway.Benchmarks.Subscriptions;

/// <summary>Asks for subscriptions over gRPC as Entries do.</summary>
internal sealed class SubscriptionLoad(IReadOnlyList<AskingEntry> entries, Func<SubscriptionRequest> next)
{
    /// <summary>As many as are answered, so many asked at once.</summary>
    public async Task<long> ClosedAsync(int atOnce, double seconds)
    {
        var done = 0L;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async i =>
        {
            while (Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds)
            {
                await entries[i % entries.Count].FetchAsync(next());
                Interlocked.Increment(ref done);
            }
        }));
        return done;
    }

    /// <summary>At a rate, whatever the answers take; latency counts from when a request was due.</summary>
    /// <returns>The 99th percentile in milliseconds.</returns>
    public async Task<double> OpenAsync(double rate, double seconds)
    {
        var milliseconds = new List<double>();
        var gate = new Lock();
        var pending = new List<Task>();
        var begun = Stopwatch.GetTimestamp();
        for (var sent = 0; Stopwatch.GetElapsedTime(begun).TotalSeconds is var elapsed && elapsed < seconds;)
        {
            for (; sent < elapsed * rate; sent++)
            {
                pending.Add(AskAsync(entries[sent % entries.Count], begun + (long)(sent * Stopwatch.Frequency / rate)));
            }

            await Task.Delay(1);
        }

        await Task.WhenAll(pending);
        milliseconds.Sort();
        return milliseconds[(int)(milliseconds.Count * 0.99)];

        async Task AskAsync(AskingEntry entry, long due)
        {
            try
            {
                await entry.FetchAsync(next());
            }
            catch (RpcException)
            {
                // counts as late as it was
            }

            lock (gate)
            {
                milliseconds.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
            }
        }
    }
}
