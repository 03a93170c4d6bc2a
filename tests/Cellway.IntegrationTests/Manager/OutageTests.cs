using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Management is away for five minutes, and everything else is real: see <see cref="LeapingNetwork"/>.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private LeapingNetwork _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _network = await LeapingNetwork.StartAsync();

    public async ValueTask DisposeAsync() => await (_network?.DisposeAsync() ?? default);

    [Fact]
    public async Task AllManagementGone_FiveMinutes_SessionsGoOnNodesRestartAndEverythingHeals()
    {
        var (lasting, recent) = (await _network.Managed.NewDeviceAsync("anna"), await _network.Managed.NewDeviceAsync("ben"));
        var corePort = Testing.ServerProcess.FreePort();
        var core = await _network.StartCoreAsync(corePort);
        var entryPort = Testing.ServerProcess.FreePort();
        var entry = await _network.StartEntryAsync(entryPort);
        await _network.UntilReadyAsync();
        var (cell, name) = (_network.Cell, _network.AnnouncedName());
        using var anna = _network.Client(lasting, entryPort);
        using var ben = _network.Client(recent, entryPort);
        await LeapingNetwork.EventuallyAsync(() => _network.TryEchoOnceAsync(anna));
        await LeapingNetwork.EventuallyAsync(() => _network.TryEchoOnceAsync(ben));
        await using var session = await anna.OpenAsync(_network.Origin.Endpoint, Token);
        await LeapingNetwork.EchoOnceAsync(session);

        await _network.Managed.Replica.DisposeAsync();
        await _network.LeapAsync(TimeSpan.FromSeconds(50)); // longer than the lease of any session in the state; leaps are added to the real time
        Assert.True(await _network.TryEchoOnceAsync(ben), "a device seen less than a minute ago was turned away");
        for (var i = 0; i < 25; i++)
        {
            await _network.LeapAsync(TimeSpan.FromSeconds(10));
            await LeapingNetwork.EchoOnceAsync(session); // the session of before
        }

        Assert.True(await _network.TryEchoOnceAsync(anna), "a device whose session lives here was turned away");
        Assert.False(await _network.TryEchoOnceAsync(ben), "its route should have been forgotten"); // and that is why an Entry is worth so little to a thief

        // A node that restarts now runs on its last good state. The Core serves whom the Entry sends.
        await session.DisposeAsync();
        await LeapingNetwork.StopAsync(core);
        core = await _network.StartCoreAsync(corePort, joins: false);
        await LeapingNetwork.EventuallyAsync(() => _network.TryEchoOnceAsync(anna));

        // The Entry has forgotten the routes, but is who it was.
        await LeapingNetwork.StopAsync(entry);
        entry = await _network.StartEntryAsync(entryPort, joins: false);
        using (var face = new TcpClient())
        {
            await face.ConnectAsync(IPAddress.Loopback, entryPort, Token);
            await using var tls = new SslStream(face.GetStream(), false, (_, certificate, _, _) => certificate is not null);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = cell.EntryDomain }, Token);
            Assert.Contains(cell.EntryDomain, tls.RemoteCertificate!.Subject + string.Concat(new X509Certificate2(tls.RemoteCertificate).Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames())), StringComparison.Ordinal);
        }

        await using var back = await _network.Managed.StartReplicaAsync();
        using var benAgain = _network.Client(recent, entryPort, name);
        await LeapingNetwork.EventuallyAsync(() => _network.TryEchoOnceAsync(benAgain));
        var view = back.Get<Cellway.Manager.View.NetworkViewFeed>().Current;
        Assert.Equal(2, view.Sessions.Values.Count(s => s.Ready));
        await LeapingNetwork.StopAsync(entry);
        await LeapingNetwork.StopAsync(core);
    }
}
