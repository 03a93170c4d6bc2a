using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>What is known of the Entry at the other end of a connection; the identity of the connection.</summary>
internal sealed class EntryPeer
{
    /// <summary>The key of its certificate, once that has been accepted.</summary>
    public Hash256? Key { get; set; }
}
