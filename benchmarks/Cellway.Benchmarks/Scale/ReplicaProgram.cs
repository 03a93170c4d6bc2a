using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Cellway.Benchmarks.Subscriptions;
using Cellway.Manager.Hosting;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.State.Sqlite;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cellway.Benchmarks.Scale;

/// <summary>The measured process: a management replica, or a bare gRPC service beside it. Answers each line of its input with its figures.</summary>
internal static class ReplicaProgram
{
    public static async Task RunAsync(string kind, string directory)
    {
        var begun = Stopwatch.GetTimestamp();
        if (kind == "echo")
        {
            await RunEchoAsync(directory);
            return;
        }

        if (kind == "subscriptions")
        {
            var (replica, devices) = await SubscriptionReplica.StartAsync(directory, SubscriptionBench.Devices);
            Answer(
                () => new(0, 0, 0, 0),
                line => line.StartsWith("alone", StringComparison.Ordinal) && SubscriptionReplica.Alone(replica, SubscriptionBench.Devices, line) is var (rate, allocated, body)
                    ? JsonSerializer.Serialize((double[])[rate, allocated, body])
                    : null);
            await replica.StopAsync();
            await devices.DisposeAsync();
            return;
        }

        await using var store = new CountingStore(await SqliteStateStore.OpenAsync(Path.Combine(directory, "state.db"), new(), TimeProvider.System, default));
        var options = new ManagerOptions
        {
            NodeListen = new(IPAddress.Loopback, 0),
            AdminListen = new(IPAddress.Loopback, 0),
            Secret = new(null, SimulatedNetwork.Passphrase),
            ReadyFile = Path.Combine(directory, "ready.json"),
        };
        using var host = await ManagerHost.BuildAsync(options, store, logging => logging.SetMinimumLevel(LogLevel.None), TimeProvider.System, default);
        await host.StartAsync();
        var coldStart = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Answer(() => new(coldStart, store.Writes, store.Renewals, host.Services.GetRequiredService<NetworkViewFeed>().Current.Sessions.Count));
        await host.StopAsync();
    }

    private static async Task RunEchoAsync(string directory)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var pem = Path.Combine(directory, "echo.pem");
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(pem);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(certificate);
        }));
        await using var app = builder.Build();
        app.MapGrpcService<Echo>();
        await app.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(directory, "ready.json"), JsonSerializer.Serialize(new Dictionary<string, string> { ["nodes"] = app.Urls.First()["https://".Length..], ["admin"] = "" }));
        Answer(() => new(0, 0, 0, 0));
    }

    private static void Answer(Func<ReplicaFigures> read, Func<string, string?>? other = null)
    {
        while (Console.ReadLine() is { } line)
        {
            if (other?.Invoke(line) is { } answer)
            {
                Console.WriteLine(answer);
                continue;
            }

            if (line == "settle")
            {
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }

            using var self = Process.GetCurrentProcess();
            Console.WriteLine(JsonSerializer.Serialize(read() with { Cpu = self.TotalProcessorTime.TotalSeconds, Resident = self.WorkingSet64, Heap = GC.GetTotalMemory(false), Allocated = GC.GetTotalAllocatedBytes() }));
        }
    }

    private sealed class Echo : PhoneHome.PhoneHomeBase
    {
        private static readonly ResolveReply Reply = new()
        {
            Targets =
            {
                Enumerable.Range(0, 3).Select(i => new CoreTarget
                {
                    CoreId = "abcdefghijklmnop", Address = "192.0.2.1", Port = 443, ExitDomain = "exit.cell-0.example", CellId = "cell-0",
                    CertificateKeyHash = Google.Protobuf.ByteString.CopyFrom(new byte[32]), RouteId = Google.Protobuf.ByteString.CopyFrom(new byte[16]),
                }),
            },
        };

        private static readonly SubscriptionReply Hello = new() { Status = 200, Body = Google.Protobuf.ByteString.CopyFromUtf8("hello") };

        public override Task<SubscriptionReply> FetchSubscription(SubscriptionRequest request, ServerCallContext context) => Task.FromResult(Hello);

        public override Task<ResolveReply> Resolve(ResolveRequest request, ServerCallContext context) => Task.FromResult(Reply);
    }
}

/// <summary>What a replica says of itself.</summary>
internal sealed record ReplicaFigures(double ColdStart, long Writes, long Renewals, int Sessions)
{
    public double Cpu { get; init; }

    public long Resident { get; init; }

    public long Heap { get; init; }

    public long Allocated { get; init; }
}
