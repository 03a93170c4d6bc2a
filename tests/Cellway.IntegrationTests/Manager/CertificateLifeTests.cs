using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.Manager.Api;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Certificates and roots come and go while a real client talks through a real Entry and a real Core: see <see cref="LeapingNetwork"/>.</summary>
public sealed class CertificateLifeTests : IAsyncDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(25);

    private LeapingNetwork _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await (_network?.DisposeAsync() ?? default);

    [Fact]
    public async Task Certificates_OfFiveMinutes_RenewedAgainAndAgain_NoSessionEndsAndNoneIsRefused()
    {
        _network = await LeapingNetwork.StartAsync(o => o with { Enrollment = new() { CertificateLifetime = TimeSpan.FromMinutes(5) } }, s_pace);
        var (client, session) = await ConnectAsync();
        using (client)
        await using (session)
        {
            var before = _network.Managed.View.Nodes.Values.ToDictionary(n => n.Id, n => n.CertificateSerial);
            await _network.LiveAsync(TimeSpan.FromMinutes(14), client, session, _network.Hears(_network.Managed.Replica)); // longer than any certificate of before
            Assert.All(_network.Managed.View.Nodes.Values, n => Assert.NotEqual(before[n.Id], n.CertificateSerial));
        }
    }

    [Fact]
    public async Task Root_ReplacedStepByStepUnderTraffic_NobodyJoinsAnew_NoSessionEndsAndNoneIsRefused()
    {
        _network = await LeapingNetwork.StartAsync(pace: s_pace);
        var (client, session) = await ConnectAsync();
        using (client)
        await using (session)
        {
            Assert.Equal(409, await StepFailsAsync("reissue"));
            Assert.Equal(["issues; a newer one is introduced", "introduced"], await StepAsync("introduce"));
            Assert.Equal(409, await StepFailsAsync("introduce"));
            Assert.Equal(409, await StepFailsAsync("retire"));
            await _network.LiveAsync(TimeSpan.FromMinutes(2), client, session, _network.Hears(_network.Managed.Replica));

            await StepAsync("reissue");
            await UntilAsync(n => n.Root == 2, client, session);
            await StepAsync("undo"); // a change of mind in the middle
            await UntilAsync(n => n.Root == 1, client, session);
            Assert.Equal(["issues"], await StepAsync("undo"));
            await _network.LiveAsync(TimeSpan.FromMinutes(1), client, session, _network.Hears(_network.Managed.Replica));

            await StepAsync("introduce");
            Assert.Equal(409, await StepFailsAsync("reissue")); // nodes have not heard of it yet
            await _network.LiveAsync(TimeSpan.FromMinutes(1), client, session, _network.Hears(_network.Managed.Replica));
            await StepAsync("reissue");
            await UntilAsync(n => n.Root == 2, client, session);
            var (status, error) = await _network.Managed.Admin.FailAsync(HttpMethod.Post, "/v1/roots/retire", "{}");
            Assert.Equal(409, status);
            Assert.Contains("operator renew", error.Message, StringComparison.Ordinal);

            using var admin = await RenewedAsync();
            Assert.Equal("issues", (await admin.PostAsync<IReadOnlyList<RootInfo>>("/v1/roots/retire")).Single().State);
            await _network.LiveAsync(TimeSpan.FromMinutes(3), client, session, _network.Hears(_network.Managed.Replica));
            Assert.Equal(401, (await _network.Managed.Admin.SendAsync(HttpMethod.Get, "/v1/roots", null)).Status); // a certificate of the old root
            Assert.Equal(2, _network.Managed.View.Authorities.Values.Single().Generation);
        }
    }

    private async Task<(TunnelClient Client, TunnelStream Session)> ConnectAsync()
    {
        var device = await _network.Managed.NewDeviceAsync("anna");
        await _network.StartCoreAsync();
        var port = Testing.ServerProcess.FreePort();
        await _network.StartEntryAsync(port);
        await _network.UntilReadyAsync();
        var client = _network.Client(device, port);
        await LeapingNetwork.EventuallyAsync(() => _network.TryEchoOnceAsync(client));
        return (client, await client.OpenAsync(_network.Origin.Endpoint, Token));
    }

    private async Task<IEnumerable<string>> StepAsync(string step) =>
        (await _network.Managed.Admin.PostAsync<IReadOnlyList<RootInfo>>($"/v1/roots/{step}")).Select(r => r.State);

    private async Task<int> StepFailsAsync(string step) => (await _network.Managed.Admin.FailAsync(HttpMethod.Post, $"/v1/roots/{step}", "{}")).Status;

    private async Task UntilAsync(Func<Cellway.Model.Nodes.NodeRecord, bool> holds, TunnelClient client, TunnelStream session)
    {
        for (var minutes = 0; !_network.Managed.View.Nodes.Values.All(holds); minutes++)
        {
            Assert.True(minutes < 20, "nodes have not renewed");
            await _network.LiveAsync(TimeSpan.FromMinutes(1), client, session, _network.Hears(_network.Managed.Replica));
        }
    }

    private async Task<AdminClient> RenewedAsync()
    {
        var key = _network.Managed.OperatorKey;
        var renewed = await _network.Managed.Admin.PostAsync<OperatorCertificate>("/v1/operators/renewal", new OperatorRenewal(key.CreateRequest()));
        using var certificate = X509CertificateLoader.LoadCertificate(renewed.Certificate);
        return new(_network.Managed.Replica.Admin, key.Attach(certificate));
    }
}
