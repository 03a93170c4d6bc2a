using System.Net;
using Cellway.Manager.Accounting;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups.Schedule;
using Cellway.Manager.Bot;
using Cellway.Manager.Enrollment;
using Cellway.Manager.Incidents;
using Cellway.Manager.Kubernetes;
using Cellway.Manager.Leadership;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Rotation;
using Cellway.Manager.Routing;

namespace Cellway.Manager.Hosting;

/// <summary>How one management replica runs.</summary>
public sealed record ManagerOptions
{
    /// <summary>Where nodes come in. Port 0 takes a free one. Default: every address, port 7443.</summary>
    public IPEndPoint NodeListen { get; init; } = new(IPAddress.IPv6Any, 7443);

    /// <summary>Where operators come in. Never open it to the internet. Default: loopback, port 7444.</summary>
    public IPEndPoint AdminListen { get; init; } = new(IPAddress.Loopback, 7444);

    /// <summary>What nodes are told to connect to, host:port each; empty for <see cref="NodeListen"/> itself, which then must be one address.</summary>
    public IReadOnlyList<string> PublicEndpoints { get; init; } = [];

    /// <summary>What opens the network's secrets.</summary>
    public required SealSecret Secret { get; init; }

    /// <summary>Which network of the store; needed only when it holds several.</summary>
    public string? Network { get; init; }

    /// <summary>Where to write the bound endpoints as JSON once it serves; <see langword="null"/> for nowhere.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>Limits of enrollment.</summary>
    public EnrollmentOptions Enrollment { get; init; } = new();

    /// <summary>How replicas know of each other.</summary>
    public LeadershipOptions Leadership { get; init; } = new();

    /// <summary>When Cores leave the routes and come back.</summary>
    public RoutingOptions Routing { get; init; } = new();

    /// <summary>How usage is written.</summary>
    public AccountingOptions Accounting { get; init; } = new();

    /// <summary>How service names change.</summary>
    public RotationOptions Rotation { get; init; } = new();

    /// <summary>When a domain counts as blocked.</summary>
    public IncidentOptions Incidents { get; init; } = new();

    /// <summary>The Telegram bot; <see langword="null"/>: none.</summary>
    public BotOptions? Bot { get; init; }

    /// <summary>The cluster whose Entry pods enroll by themselves; <see langword="null"/> for none.</summary>
    public KubernetesOptions? Kubernetes { get; init; }

    /// <summary>When backups are made, and where they go.</summary>
    public BackupOptions Backups { get; init; } = new();

    /// <summary>Limits of phone-home.</summary>
    public PhoneHomeOptions PhoneHome { get; init; } = new();
}
