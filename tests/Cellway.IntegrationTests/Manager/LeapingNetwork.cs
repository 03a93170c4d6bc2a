using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Cellway.CoreNode;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.EntryNode;
using Cellway.IntegrationTests.DataPlane;
using Cellway.Manager.Api;
using Cellway.Manager.Hosting;
using Cellway.Manager.PhoneHome;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Node.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using NodeRole = Cellway.Model.Contracts.NodeRole;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Real replicas, real Cores and real Entries on real sockets, one clock of the test's for all of them.</summary>
/// <remarks>
/// The clock runs with the real one, and leaps ahead a second at a time while nothing is under way: what is scheduled (heartbeats,
/// leases, graces, rotations, idle and silence limits) lives through all of it; what a socket needs has its real time.
/// </remarks>
internal sealed class LeapingNetwork : IAsyncDisposable
{
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly State.TemporaryDirectory _directory = new();
    private readonly Task _clock;

    private LeapingNetwork() => _clock = RunClockAsync();

    /// <summary>How long a second takes while the clock leaps. Where nodes attach anew, the more: limits of seconds must not be met for lack of a processor.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(2);

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public ManagedNetwork Managed { get; private set; } = null!;

    /// <summary>Echoes.</summary>
    public Origin Origin { get; } = new(EchoAsync);

    /// <summary>The cell, as it was made.</summary>
    public CellRecord Cell { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<LeapingNetwork> StartAsync(Func<ManagerOptions, ManagerOptions>? configure = null, TimeSpan? pace = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has all of 127/8.");
        var network = new LeapingNetwork { Pace = pace ?? TimeSpan.FromMilliseconds(2) };
        var (nodes, admin) = (Testing.ServerProcess.FreePort(), Testing.ServerProcess.FreePort());
        network.Managed = await ManagedNetwork.StartAsync(
            o => (configure ?? (c => c))(o with { NodeListen = new(IPAddress.Loopback, nodes), AdminListen = new(IPAddress.Loopback, admin) }), time: network.Time);
        network.Cell = network.Managed.View.Cells[ManagedNetwork.Cell];
        return network;
    }

    public async ValueTask DisposeAsync()
    {
        if (Managed is not null)
        {
            await Managed.DisposeAsync();
        }

        await Origin.DisposeAsync();
        await _stop.CancelAsync();
        await _clock;
        _stop.Dispose();
        _directory.Dispose();
    }

    /// <param name="port">Where it serves; 0 for a free one.</param>
    /// <param name="joins">Whether for the first time.</param>
    public async Task<IHost> StartCoreAsync(int port = 0, bool joins = true)
    {
        var options = new CoreOptions
        {
            Node = NodeOf("core", NodeRole.Core, port, joins ? await Managed.NewTokenAsync(Role.Core) : null),
            ExitPolicy = new() { AllowRanges = [IPNetwork.Parse("127.0.0.0/8")] },
        };
        var host = await CoreHost.BuildAsync(options, Managed.Log.Configure, Time, Token);
        await host.StartAsync(Token);
        return host;
    }

    /// <param name="port">Where it serves.</param>
    /// <param name="joins">Whether for the first time.</param>
    public async Task<IHost> StartEntryAsync(int port, bool joins = true)
    {
        var token = joins ? await Managed.NewTokenAsync(Role.Entry, cell: null) : null;
        var options = new EntryOptions { Node = NodeOf("entry", NodeRole.Entry, port, token) with { BindAddress = "127.0.0.2" }, DrainLimit = TimeSpan.FromMilliseconds(1) };
        var host = await EntryHost.BuildAsync(options, Managed.Log.Configure, Time, Token);
        await host.StartAsync(Token);
        return host;
    }

    public Task UntilReadyAsync() => ProbeTests.UntilReadyAsync(Managed, [.. Managed.View.Nodes.Values.Where(n => n.Role == Role.Core).Select(n => n.Id)]);

    /// <summary>The name that a subscription fetched now would have.</summary>
    public string AnnouncedName() => ServiceName.Newest(Managed.View.Rotations[ManagedNetwork.Cell].EntryNames, Time.GetUtcNow())!.Name;

    public TunnelClient Client(DeviceCredential device, int entryPort, string? name = null)
    {
        Assert.True(SubscriptionToken.TryParse(ResolveTests.TokenOf(device), out var token));
        return new(new()
        {
            Server = new IPEndPoint(IPAddress.Loopback, entryPort),
            ServerName = Cell.EntryDomain,
            ServiceName = name ?? AnnouncedName(),
            Id = Guid.ParseExact(VlessId.Of(token).Reveal(), "D").ToByteArray(bigEndian: true),
            ExtraRoots = [X509Certificate2.CreateFromPem(Cell.EntryCertificate.PrivateRoot!)],
        });
    }

    public static async Task StopAsync(IHost host)
    {
        await host.StopAsync(Token);
        host.Dispose();
    }

    public static async Task EchoOnceAsync(TunnelStream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var answer = new byte[4];
        await stream.WriteAsync("ping"u8.ToArray(), limit.Token);
        await stream.ReadExactlyAsync(answer, limit.Token);
        Assert.Equal("ping"u8.ToArray(), answer);
    }

    public async Task<bool> TryEchoOnceAsync(TunnelClient client)
    {
        try
        {
            await using var stream = await client.OpenAsync(Origin.Endpoint, Token);
            await EchoOnceAsync(stream);
            return true;
        }
        catch (Exception e) when (e is IOException or TunnelRefusedException or ObjectDisposedException) // the last: refused before the first word
        {
            return false;
        }
    }

    public static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Leaps, and every 20 seconds the session of before says something, and a new one is opened.</summary>
    public async Task LiveAsync(TimeSpan time, TunnelClient client, TunnelStream session, Func<bool>? steady = null)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(20))
        {
            await LeapAsync(TimeSpan.FromSeconds(20), steady);
            await EchoOnceAsync(session);
            Assert.True(await TryEchoOnceAsync(client), $"refused {time - left} into it");
        }
    }

    /// <summary>Holds while both nodes are attached to a replica and it hears them: on a busy machine a leap of the clock must not make them silent.</summary>
    public Func<bool> Hears(RunningReplica replica)
    {
        var nodes = replica.Get<AttachedNodes>();
        return () => nodes.Count == 2 && nodes.All.All(n => Time.GetElapsedTime(n.HeardAt) < TimeSpan.FromSeconds(15));
    }

    /// <param name="by">How far.</param>
    /// <param name="steady">Nothing leaps until it holds: what is under way has its real time.</param>
    public async Task LeapAsync(TimeSpan by, Func<bool>? steady = null)
    {
        for (var left = by; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            await EventuallyAsync(() => Task.FromResult(steady?.Invoke() ?? true));
            Time.Advance(TimeSpan.FromSeconds(1));
            var begun = TimeProvider.System.GetTimestamp();
            await Task.Delay(Pace, Token); // what is due has its turn
            if (TimeProvider.System.GetElapsedTime(begun) is var took && took > Pace + Busy)
            {
                await Task.Delay(took * 10 < LongestRest ? took * 10 : LongestRest, Token); // and on a busy machine all the more: a silence of seconds must not come from that
            }
        }
    }

    private static async Task EchoAsync(Socket socket, CancellationToken stop)
    {
        var buffer = new byte[64];
        while (await socket.ReceiveAsync(buffer, stop) is > 0 and var read)
        {
            await socket.SendAsync(buffer.AsMemory(0, read), stop);
        }
    }

    private NodeOptions NodeOf(string name, NodeRole role, int port, Pki.Requesting.JoinToken? token) => new()
    {
        Role = role,
        StateDirectory = _directory[name],
        JoinToken = token?.Reveal(),
        Listen = $"127.0.0.1:{port}",
        DeclaredAddress = "127.0.0.1",
    };

    private async Task RunClockAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            while (await tick.WaitForNextTickAsync(_stop.Token))
            {
                Time.Advance(TimeSpan.FromMilliseconds(10));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
