using System.Net.Security;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>A <see cref="CoreFace"/> made ready for the request path. Immutable.</summary>
internal sealed class CoreSnapshot(CoreFace face)
{
    public CoreFace Face { get; } = face ?? throw new ArgumentNullException(nameof(face));

    public SslServerAuthenticationOptions WebFace { get; } = WebCertificate.Face(face.WebCertificate);

    public TunnelPaths Paths { get; } = new(face.ServiceNames);

    public bool Serves(SessionOwner owner) => Face.Routes.Contains(owner.Route) && !Face.RevokedKeys.Contains(owner.EntryKey);
}
