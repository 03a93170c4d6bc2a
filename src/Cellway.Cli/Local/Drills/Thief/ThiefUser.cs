using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Cli.Client.Links;
using Cellway.Cli.Client.Subscription;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.Manager.Api;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>A device of the network that is robbed, and whoever says that he is it.</summary>
internal sealed class ThiefUser(string caFile, DeviceCredential device, Uri origin, ShareLink link, EndPoint? by = null)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);

    /// <summary>The device's real id.</summary>
    public byte[] RealId
    {
        get
        {
            var bytes = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, link.Id);
            return bytes;
        }
    }

    private X509Certificate2Collection Roots => PrivateRoots.Read(caFile);

    public static async Task<ThiefUser> OfAsync(string caFile, DeviceCredential device, Uri origin, CancellationToken cancellationToken)
    {
        using var http = Browser(caFile);
        var body = await http.GetStringAsync(new Uri(device.SubscriptionUrls[0]), cancellationToken);
        var text = body.Contains("://", StringComparison.Ordinal) ? body : Encoding.UTF8.GetString(Convert.FromBase64String(body));
        var link = text.Split('\n').Select(l => ShareLink.Parse(l.Trim(), out var link) == ShareLinkFault.None ? link : null).OfType<ShareLink>().First();
        return new(caFile, device, origin, link);
    }

    /// <summary>The same by another Entry.</summary>
    public ThiefUser By(EndPoint entry) => new(caFile, device, origin, link, entry);

    /// <summary>Opens a tunnel with an id and asks the origin for something.</summary>
    public async Task<Answer> ConnectAsync(byte[] id, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        using var client = new TunnelClient(new() { Server = by ?? link.Server, ServerName = link.ServerName, ServiceName = link.ServiceName, Id = id, ExtraRoots = Roots });
        try
        {
            await using var tunnel = await client.OpenAsync(new IPEndPoint(IPAddress.Parse(origin.Host), origin.Port), limit.Token);
            await tunnel.WriteAsync("GET /hello HTTP/1.0\r\n\r\n"u8.ToArray(), limit.Token);
            return await tunnel.ReadAsync(new byte[1], limit.Token) > 0 ? Answer.Got("a connection") : Answer.Refused("the end");
        }
        catch (TunnelRefusedException)
        {
            return Answer.Refused("refused");
        }
    }

    /// <summary>Fetches a subscription with a token.</summary>
    public async Task<Answer> FetchAsync(string token, CancellationToken cancellationToken)
    {
        var url = device.SubscriptionUrls[0];
        using var http = Browser(caFile);
        using var answer = await http.GetAsync(new Uri(url[..(url.LastIndexOf('/') + 1)] + Uri.EscapeDataString(token)), cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? Answer.Refused("404") : Answer.Got($"{(int)answer.StatusCode}");
    }

    private static HttpClient Browser(string caFile) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = new ServerCertificateCheck(PrivateRoots.Read(caFile)).Accept },
    });
}
