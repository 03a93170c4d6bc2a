using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Cli.Client.Links;
using Cellway.Cli.Local;
using Cellway.Manager.Api;

namespace Cellway.Benchmarks;

/// <summary>The product as it runs: management, Entries and Cores enrolled with tokens, a device with a subscription.</summary>
internal static class CellwayForm
{
    public static async Task<TunnelForm> StartAsync(DemoNetwork network)
    {
        await network.CreateAsync(default);
        await network.StartManagementAsync(default);
        await network.StartNodesAsync(default);
        await network.WaitUntilReadyAsync(default);
        await network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser("bench"), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, default);
        var added = await network.Admin.SendAsync(
            HttpMethod.Post, "devices", new NewDevice("bench", "load", DemoNetwork.HomeCell), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, default);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(network.CaFile);
        ShareLink.Parse(await FirstLinkAsync(added.SubscriptionUrls[0], roots), out var link);
        var id = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(id, link!.Id);
        return new(
            "Cellway",
            link.Server,
            at => new() { Server = (EndPoint?)at ?? link.Server, ServerName = link.ServerName, ServiceName = link.ServiceName, Id = id, ExtraRoots = roots },
            network.Entry,
            await network.ProcessOfAsync(added.Device.Core!, default));
    }

    private static async Task<string> FirstLinkAsync(string url, X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } });
        return Encoding.UTF8.GetString(Convert.FromBase64String(await http.GetStringAsync(new Uri(url)))).Split('\n')[0];
    }
}
