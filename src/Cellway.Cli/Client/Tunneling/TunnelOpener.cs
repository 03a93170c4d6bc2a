using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Client.Links;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>The opener that goes through a real Entry.</summary>
internal sealed class TunnelOpener(ShareLink link, X509Certificate2Collection roots) : ITunnelOpener
{
    private readonly TunnelClient _client = new(new()
    {
        Server = link.Server,
        ServerName = link.ServerName,
        ServiceName = link.ServiceName,
        Id = BytesOf(link.Id),
        ExtraRoots = roots,
    });

    /// <inheritdoc/>
    public ValueTask<TunnelStream> OpenAsync(EndPoint destination, CancellationToken cancellationToken) =>
        _client.OpenAsync(destination, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static byte[] BytesOf(UInt128 id)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return bytes;
    }
}
