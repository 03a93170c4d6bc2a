using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>A connection, and the way that it took.</summary>
internal readonly record struct OpenedTunnel(WayIn Way, TunnelStream Stream);
