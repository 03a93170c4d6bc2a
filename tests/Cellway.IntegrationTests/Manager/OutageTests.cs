using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Cellway.CoreNode;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.EntryNode;
using Cellway.IntegrationTests.DataPlane;
using Cellway.Manager.Api;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Node.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using NodeRole = Cellway.Model.Contracts.NodeRole;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Management is away for five minutes: real replicas, a real Core and a real Entry on real sockets, one clock of the test's for all of them.</summary>
/// <remarks>
/// The clock runs with the real one, and leaps ahead a second at a time while nothing is under way: what is scheduled (heartbeats,
/// leases, graces, idle and silence limits) lives through the whole five minutes; what a socket needs has its real time.
/// </remarks>
public sealed class OutageTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly CancellationTokenSource _stop = new();
    private readonly State.TemporaryDirectory _directory = new();
    private Task _clock = Task.CompletedTask;
    private ManagedNetwork _network = null!;
    private Origin _origin = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has all of 127/8.");
        _clock = RunClockAsync();
        _origin = new(EchoAsync);
        var (nodes, admin) = (Testing.ServerProcess.FreePort(), Testing.ServerProcess.FreePort());
        _network = await ManagedNetwork.StartAsync(
            o => o with { NodeListen = new(IPAddress.Loopback, nodes), AdminListen = new(IPAddress.Loopback, admin) }, time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        if (_network is not null)
        {
            await _network.DisposeAsync();
            await _origin.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _clock;
        _stop.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task AllManagementGone_FiveMinutes_SessionsGoOnNodesRestartAndEverythingHeals()
    {
        var (lasting, recent) = (await _network.NewDeviceAsync("anna"), await _network.NewDeviceAsync("ben"));
        using var core = await StartCoreAsync(await _network.NewTokenAsync(Role.Core));
        var entryPort = Testing.ServerProcess.FreePort();
        var entry = await StartEntryAsync(entryPort, await _network.NewTokenAsync(Role.Entry, cell: null));
        await ProbeTests.UntilReadyAsync(_network, [.. _network.View.Nodes.Values.Where(n => n.Role == Role.Core).Select(n => n.Id)]);
        var cell = _network.View.Cells[ManagedNetwork.Cell];
        using var root = X509Certificate2.CreateFromPem(cell.EntryCertificate.PrivateRoot!);
        using var anna = Client(lasting);
        using var ben = Client(recent);
        await EventuallyAsync(() => TryEchoOnceAsync(anna));
        await EventuallyAsync(() => TryEchoOnceAsync(ben));
        await using var session = await anna.OpenAsync(_origin.Endpoint, Token);
        await EchoOnceAsync(session);

        await _network.Replica.DisposeAsync();
        await LeapAsync(TimeSpan.FromSeconds(40)); // longer than the lease of any session in the state
        Assert.True(await TryEchoOnceAsync(ben), "a device seen 40 seconds ago was turned away");
        for (var i = 0; i < 26; i++)
        {
            await LeapAsync(TimeSpan.FromSeconds(10));
            await EchoOnceAsync(session); // the session of before
        }

        Assert.True(await TryEchoOnceAsync(anna), "a device whose session lives here was turned away");
        Assert.False(await TryEchoOnceAsync(ben), "its route should have been forgotten"); // and that is why an Entry is worth so little to a thief

        // A node that restarts now runs on its last good state: it serves, and waits for management.
        await session.DisposeAsync();
        await StopAsync(entry);
        entry = await StartEntryAsync(entryPort, token: null);
        using (var face = new TcpClient())
        {
            await face.ConnectAsync(IPAddress.Loopback, entryPort, Token);
            await using var tls = new System.Net.Security.SslStream(face.GetStream(), false, (_, certificate, _, _) => certificate is not null);
            await tls.AuthenticateAsClientAsync(new System.Net.Security.SslClientAuthenticationOptions { TargetHost = cell.EntryDomain }, Token);
            Assert.Contains(cell.EntryDomain, tls.RemoteCertificate!.Subject + string.Concat(new X509Certificate2(tls.RemoteCertificate).Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames())), StringComparison.Ordinal);
        }

        await using var back = await _network.StartReplicaAsync();
        using var benAgain = Client(recent);
        await EventuallyAsync(() => TryEchoOnceAsync(benAgain));
        await StopAsync(entry);

        TunnelClient Client(DeviceCredential device)
        {
            Assert.True(SubscriptionToken.TryParse(ResolveTests.TokenOf(device), out var token));
            return new(new()
            {
                Server = new IPEndPoint(IPAddress.Loopback, entryPort),
                ServerName = cell.EntryDomain,
                ServiceName = ServiceName.Newest(_network.View.Rotations[cell.Id].EntryNames, _time.GetUtcNow())!.Name,
                Id = Guid.ParseExact(VlessId.Of(token).Reveal(), "D").ToByteArray(bigEndian: true),
                ExtraRoots = [root],
            });
        }
    }

    private static async Task StopAsync(IHost host)
    {
        await host.StopAsync(Token);
        host.Dispose();
    }

    private static async Task EchoAsync(Socket socket, CancellationToken stop)
    {
        var buffer = new byte[64];
        while (await socket.ReceiveAsync(buffer, stop) is > 0 and var read)
        {
            await socket.SendAsync(buffer.AsMemory(0, read), stop);
        }
    }

    private static async Task EchoOnceAsync(TunnelStream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var answer = new byte[4];
        await stream.WriteAsync("ping"u8.ToArray(), limit.Token);
        await stream.ReadExactlyAsync(answer, limit.Token);
        Assert.Equal("ping"u8.ToArray(), answer);
    }

    private async Task<bool> TryEchoOnceAsync(TunnelClient client)
    {
        try
        {
            await using var stream = await client.OpenAsync(_origin.Endpoint, Token);
            await EchoOnceAsync(stream);
            return true;
        }
        catch (Exception e) when (e is IOException or TunnelRefusedException or ObjectDisposedException) // the last: refused before the first word
        {
            return false;
        }
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(200, limit.Token);
        }
    }

    private async Task<IHost> StartCoreAsync(Pki.Requesting.JoinToken token)
    {
        var options = new CoreOptions
        {
            Node = NodeOf("core", NodeRole.Core, 0, token),
            ExitPolicy = new() { AllowRanges = [IPNetwork.Parse("127.0.0.0/8")] },
        };
        var host = await CoreHost.BuildAsync(options, _network.Log.Configure, _time, Token);
        await host.StartAsync(Token);
        return host;
    }

    private async Task<IHost> StartEntryAsync(int port, Pki.Requesting.JoinToken? token)
    {
        var options = new EntryOptions { Node = NodeOf("entry", NodeRole.Entry, port, token) with { BindAddress = "127.0.0.2" }, DrainLimit = TimeSpan.FromMilliseconds(1) };
        var host = await EntryHost.BuildAsync(options, _network.Log.Configure, _time, Token);
        await host.StartAsync(Token);
        return host;
    }

    private NodeOptions NodeOf(string name, NodeRole role, int port, Pki.Requesting.JoinToken? token) => new()
    {
        Role = role,
        StateDirectory = _directory[name],
        JoinToken = token?.Reveal(),
        Listen = $"127.0.0.1:{port}",
        DeclaredAddress = "127.0.0.1",
    };

    private async Task LeapAsync(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, Token); // what is due has its turn
        }
    }

    private async Task RunClockAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            while (await tick.WaitForNextTickAsync(_stop.Token))
            {
                _time.Advance(TimeSpan.FromMilliseconds(10));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
