using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Cellway.Benchmarks.Subscriptions;
using Cellway.Manager.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cellway.Benchmarks.Scale;

/// <summary>The measured process: a management replica, or a bare gRPC service beside it. Answers each line of its input with its figures.</summary>
internal static class ReplicaProgram
{
    public static Task RunAsync(string kind, string argument) => kind switch
    {
        "bare" => RunBareAsync(argument),
        "subscriptions" => RunSubscriptionsAsync(argument),
        _ => RunReplicaAsync(new(argument)),
    };

    private static async Task RunSubscriptionsAsync(string directory)
    {
        var (replica, devices, ready) = await SubscriptionReplica.StartAsync(directory, SubscriptionBench.Devices);
        var bound = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(ready))!;
        Answer(
            new(bound["nodes"], bound["admin"], 0),
            line => line.StartsWith("alone", StringComparison.Ordinal) && SubscriptionReplica.Alone(replica, SubscriptionBench.Devices, line) is var (rate, allocated, body)
                ? JsonSerializer.Serialize((double[])[rate, allocated, body])
                : null);
        await replica.StopAsync();
        await devices.DisposeAsync();
    }

    private static async Task RunReplicaAsync(Uri etcd)
    {
        var begun = Stopwatch.GetTimestamp();
        await using var store = await EtcdProcess.OpenAsync(etcd);
        var ready = Path.GetTempFileName();
        var options = new ManagerOptions
        {
            NodeListen = new(IPAddress.Loopback, 0),
            AdminListen = new(IPAddress.Loopback, 0),
            Secret = new(null, SimulatedNetwork.Passphrase),
            ReadyFile = ready,
        };
        using var host = await ManagerHost.BuildAsync(options, store, logging => logging.SetMinimumLevel(LogLevel.None), TimeProvider.System, default);
        await host.StartAsync();
        var bound = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(ready))!;
        File.Delete(ready);
        Answer(new(bound["nodes"], bound["admin"], Stopwatch.GetElapsedTime(begun).TotalSeconds));
        await host.StopAsync();
    }

    private static async Task RunBareAsync(string directory)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.UseKestrelHttpsConfiguration();
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(Path.Combine(directory, "bare.pem"));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.Http2.MaxStreamsPerConnection = 20_000); // calls that are late are answered late, not refused
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(certificate, https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        }));
        await using var app = builder.Build();
        app.MapGrpcService<BareService>();
        await app.StartAsync();
        Answer(new(app.Urls.First()["https://".Length..], "", 0));
    }

    private static void Answer(ReplicaStarted started, Func<string, string?>? other = null)
    {
        Console.WriteLine(JsonSerializer.Serialize(started));
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
            Console.WriteLine(JsonSerializer.Serialize(new ReplicaFigures(
                self.TotalProcessorTime.TotalSeconds, self.WorkingSet64, GC.GetTotalMemory(false), GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration().TotalSeconds)));
        }
    }
}
