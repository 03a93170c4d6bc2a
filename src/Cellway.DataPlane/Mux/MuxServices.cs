using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Udp;

namespace Cellway.DataPlane.Mux;

/// <summary>What every main connection of a Core shares.</summary>
/// <param name="Sessions">Where sessions are listed.</param>
/// <param name="Udp">Opens UDP sessions.</param>
/// <param name="Roaming">Those with a GlobalID.</param>
/// <param name="Dial">Connects to a destination; <see langword="null"/> when that cannot be.</param>
/// <param name="Limits">The limits of one main connection.</param>
internal sealed record MuxServices(
    SessionTable Sessions, UdpSessions Udp, RoamingSessions Roaming, Func<EndPoint, CancellationToken, Task<Socket?>> Dial, MuxLimits Limits);
