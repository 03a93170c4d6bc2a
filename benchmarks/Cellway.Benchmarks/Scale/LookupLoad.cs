using System.Diagnostics;
using Grpc.Core;

namespace Cellway.Benchmarks.Scale;

/// <summary>Route lookups at a given rate, whatever the answers take: latency counts from when a lookup was due.</summary>
internal static class LookupLoad
{
    public static async Task<(double Done, double Median, double P99)> RunAsync(IReadOnlyList<SimulatedNode> entries, int devices, int rate, double seconds)
    {
        var milliseconds = new List<double>((int)(rate * seconds));
        var gate = new Lock();
        var begun = Stopwatch.GetTimestamp();
        var sent = 0;
        var pending = 0;
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds is var elapsed && elapsed < seconds)
        {
            for (; sent < elapsed * rate && Volatile.Read(ref pending) < 20_000; sent++)
            {
                Interlocked.Increment(ref pending);
                _ = AskAsync(entries[sent % entries.Count], Random.Shared.Next(devices), begun + (long)(sent * (double)Stopwatch.Frequency / rate));
            }

            await Task.Delay(1);
        }

        var last = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref pending) > 0 && Stopwatch.GetElapsedTime(last).TotalSeconds < 10)
        {
            await Task.Delay(5);
        }

        lock (gate)
        {
            milliseconds.Sort();
            return (milliseconds.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds, milliseconds[milliseconds.Count / 2], milliseconds[(int)(milliseconds.Count * 0.99)]);
        }

        async Task AskAsync(SimulatedNode entry, int device, long due)
        {
            try
            {
                await entry.ResolveAsync(device);
                lock (gate)
                {
                    milliseconds.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
                }
            }
            catch (RpcException)
            {
                // Not counted as done.
            }
            finally
            {
                Interlocked.Decrement(ref pending);
            }
        }
    }
}
