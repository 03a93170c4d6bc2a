using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Cellway.Cli.Local;

namespace Cellway.Benchmarks;

/// <summary>Full TLS 1.3 handshakes with an Entry, 16 at once, each on a connection of its own that ends behind it.</summary>
internal static class Handshakes
{
    private const int Total = 1000;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(string name, EndPoint server, ChildProcess entry, int runs)
    {
        List<double> rate = [], cpu = [];
        await RunAsync(server, Total / 10);
        for (var i = 0; i < runs; i++)
        {
            var before = entry.Cpu;
            rate.Add(await RunAsync(server, Total));
            cpu.Add((entry.Cpu - before).TotalMicroseconds / Total);
        }

        return [Row.Of($"{name}: TLS handshakes, 16 at once", "1/s", rate), Row.Of($"{name}: Entry", "CPU µs each", cpu)];
    }

    private static async Task<double> RunAsync(EndPoint server, int total)
    {
        var left = total;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(server);
                await using var tls = new SslStream(new NetworkStream(socket));
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                {
                    TargetHost = "www.bench.example",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    AllowTlsResume = false,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                });
            }
        })));
        return total / clock.Elapsed.TotalSeconds;
    }
}
