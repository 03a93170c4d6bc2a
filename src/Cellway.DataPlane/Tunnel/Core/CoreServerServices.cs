using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Relay;
using Cellway.Model.Devices;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>What a Core needs from the program around it.</summary>
public sealed record CoreServerServices
{
    /// <summary>The network certificate, with its key, that Entries see. Asked for on every handshake, so it may change.</summary>
    public required Func<X509Certificate2> NetworkCertificate { get; init; }

    /// <summary>The network's roots. Asked for on every handshake, so they may change.</summary>
    public required Func<X509Certificate2Collection> TrustedRoots { get; init; }

    /// <summary>Makes the loggers.</summary>
    public required ILoggerFactory Logging { get; init; }

    /// <summary>Makes the meters.</summary>
    public required IMeterFactory Meters { get; init; }

    /// <summary>Finds the counter of a route, the same one whenever it is asked for. Default: counters in memory.</summary>
    public Func<RouteId, IByteCounter> CounterOf { get; init; } = _ => new ByteCounter();

    /// <summary>Finds the addresses of names. Default the system's resolver.</summary>
    public IHostResolver Resolver { get; init; } = SystemHostResolver.Instance;

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
