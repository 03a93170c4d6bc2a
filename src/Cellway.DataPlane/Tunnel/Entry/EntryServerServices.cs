using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Cover;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>What an Entry needs from the program around it.</summary>
public sealed record EntryServerServices
{
    /// <summary>Finds routes.</summary>
    public required IRouteResolver Routes { get; init; }

    /// <summary>Relays subscription fetches.</summary>
    public required ISubscriptionRelay Subscriptions { get; init; }

    /// <summary>The network certificate, with its key, that the Entry shows to Cores. Asked for on every handshake, so it may change.</summary>
    public required Func<X509Certificate2> NetworkCertificate { get; init; }

    /// <summary>Makes the loggers.</summary>
    public required ILoggerFactory Logging { get; init; }

    /// <summary>Makes the meters.</summary>
    public required IMeterFactory Meters { get; init; }

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
