using System.Diagnostics;
using System.Globalization;
using System.Net;
using Cellway.Benchmarks.Scale;
using Cellway.Manager.Authority;
using Cellway.Manager.Hosting;
using Cellway.Manager.Subscriptions;
using Cellway.Model.Contracts;
using Cellway.Model.State;
using Cellway.State.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Benchmarks.Subscriptions;

/// <summary>The measured process: a replica with a million devices; asked for it, it answers itself without a network, on one thread.</summary>
internal static class SubscriptionReplica
{
    private const int Batch = 256;

    public static async Task<(IHost Host, IStateStore Store, string Ready)> StartAsync(string directory, int devices)
    {
        var inner = await SqliteStateStore.OpenAsync(Path.Combine(directory, "state.db"), new(), TimeProvider.System, default);
        var network = (await NetworkFinder.FindAsync(inner, default))[0];
        var store = new ManyDevices(inner, new(network), devices, SubscriptionBench.Cells);
        var options = new ManagerOptions
        {
            NodeListen = new(IPAddress.Loopback, 0),
            AdminListen = new(IPAddress.Loopback, 0),
            Secret = new(null, SimulatedNetwork.Passphrase),
            ReadyFile = Path.Combine(directory, "ready.json"),
        };
        var host = await ManagerHost.BuildAsync(options, store, logging => logging.SetMinimumLevel(LogLevel.None), TimeProvider.System, default);
        await host.StartAsync();
        return (host, store, options.ReadyFile);
    }

    /// <summary>Answers as fast as one thread can.</summary>
    /// <param name="host">The replica.</param>
    /// <param name="devices">How many it knows.</param>
    /// <param name="line"><c>alone SECONDS USER-AGENT</c>, or <c>alone304</c>.</param>
    /// <returns>Answers a second of processor time, bytes allocated for each, and bytes of a body.</returns>
    public static (double Rate, double Allocated, double Body) Alone(IHost host, int devices, string line)
    {
        var words = line.Split(' ', 3);
        var answers = host.Services.GetRequiredService<SubscriptionAnswers>();
        var seconds = double.Parse(words[1], CultureInfo.InvariantCulture);
        var requests = new SubscriptionRequest[Batch];
        var (count, body, allocated, ticks) = (0, 0L, 0L, 0L);
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds;)
        {
            for (var i = 0; i < Batch; i++)
            {
                requests[i] = SubscriptionBench.RequestOf(Random.Shared.Next(devices), words[2]);
                if (words[0] == "alone304")
                {
                    requests[i].IfNoneMatch = "*";
                }
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            foreach (var request in requests)
            {
                var answer = answers.AnswerAsync(request, default).AsTask().Result!.Value;
                body += answer.Reply.Body.Length;
                answer.Lease?.Dispose();
            }

            ticks += Stopwatch.GetTimestamp() - started;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            count += Batch;
        }

        return (count / ((double)ticks / Stopwatch.Frequency), (double)allocated / count, (double)body / count);
    }
}
