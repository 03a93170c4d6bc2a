using System.Net;
using Cellway.Model.Cells;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Enrollment;
using Cellway.Pki.Requesting;

namespace Cellway.Node.Hosting;

/// <summary>What an Entry and a Core have in common at start.</summary>
public sealed record NodeOptions
{
    /// <summary>Where a node keeps its state when nothing is said: the volume of the images.</summary>
    public const string DefaultStateDirectory = "/var/lib/cellway";

    /// <summary>How long sessions may go on once a node stops: 30 seconds, Kubernetes' own patience.</summary>
    public static readonly TimeSpan DefaultDrainLimit = TimeSpan.FromSeconds(30);

    /// <summary>What this program is.</summary>
    public required NodeRole Role { get; init; }

    /// <summary>Where key, certificate and last good state live. Created with mode 0700.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Whether the state directory must be on a volume. Default no.</summary>
    public bool RequireVolume { get; init; }

    /// <summary>Needed once, until the node has joined; ignored afterwards.</summary>
    public string? JoinToken { get; init; }

    /// <summary>How a pod of the operator's own cluster joins, without a join token; null for every other node.</summary>
    public PodEnrollmentOptions? Pod { get; init; }

    /// <summary>Where to serve, <c>address:port</c>; port 0 takes a free one. Default <c>0.0.0.0:443</c>.</summary>
    public string Listen { get; init; } = "0.0.0.0:443";

    /// <summary>The public address; null: the one from which management sees this node's connection.</summary>
    public string? DeclaredAddress { get; init; }

    /// <summary>The local address of connections to management; null: the system chooses.</summary>
    public string? BindAddress { get; init; }

    /// <summary>The network that the node stands in, as its operator calls it, told to management with what an Entry finds; null: not told.</summary>
    public string? SourceNetwork { get; init; }

    /// <summary>Where to write the endpoints once serving; null: nowhere.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>Where web certificates are written for a web server beside the node; null: nowhere.</summary>
    public string? CertificateFiles { get; init; }

    /// <summary>Told to management. Default 0.1.0.</summary>
    public string SoftwareVersion { get; init; } = "0.1.0";

    /// <summary>How often the node reports. Default 10 s (architecture, phone-home).</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a Core reports what it has carried, if it has. Default 5 s: with what management needs, a spent quota ends sessions within 10 s.</summary>
    public TimeSpan UsageInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long management may be silent before the node connects anew. Default 30 s: three heartbeats.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first wait before connecting anew. Default 0.5 s.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait before connecting anew. Default 30 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long joining is tried while management cannot be reached. Default 2 minutes.</summary>
    public TimeSpan EnrollLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long before its end a certificate is renewed. Default 7 days (architecture, lifecycle).</summary>
    public TimeSpan RenewBefore { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Within which time, at random, the node gets a new certificate when another root issues. Default 5 minutes.</summary>
    public TimeSpan ReissueWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After how long without a word from management the node says that its revocations may be out of date. Default 24 h. It goes on with them.</summary>
    public TimeSpan TrustFreshFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a unary call to management may take. Default 5 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Everything that is wrong with these options, each as one line; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Require(Role is NodeRole.Core or NodeRole.Entry, "Role: must be core or entry.");
        Require(!string.IsNullOrWhiteSpace(StateDirectory), "State directory: name one.");
        Require(IPEndPoint.TryParse(Listen, out var listen) && Listen.EndsWith($":{listen.Port}", StringComparison.Ordinal),
            $"Listen address “{Listen}”: must be address:port, as in 0.0.0.0:443 or [::]:443.");
        Require(DeclaredAddress is null || IPAddress.TryParse(DeclaredAddress, out _), $"Declared address “{DeclaredAddress}”: must be an IP address.");
        Require(SourceNetwork is null || Names.IsId(SourceNetwork), $"Source network “{SourceNetwork}”: must be 1 to 63 of a–z, 0–9 and hyphens.");
        Require(BindAddress is null || IPAddress.TryParse(BindAddress, out _), $"Bind address “{BindAddress}”: must be an IP address of this machine.");
        if (JoinToken is not null && !Pki.Requesting.JoinToken.TryParse(JoinToken.Trim(), out _, out var fault))
        {
            errors.Add(fault.Describe());
        }

        if (Pod is not null)
        {
            Require(Role == NodeRole.Entry, "ServiceAccount token: only an Entry joins by it.");
            Require(JoinToken is null, "Join token: a pod that joins by its ServiceAccount token needs none.");
            Require(Pod.Management.Count > 0 && Pod.Management.All(e => HostPort.TryParse(e, out _)), "Management: name where it is, host:port each.");
            Require(Hash256.TryParse(Pod.RootKeyHash, out _), "Root key hash: 64 hex digits, as “cellway init” says.");
        }

        Require(HeartbeatInterval > TimeSpan.Zero, "Heartbeat interval: must be positive.");
        Require(UsageInterval > TimeSpan.Zero, "Usage interval: must be positive.");
        Require(SilenceLimit > HeartbeatInterval, "Silence limit: must be longer than the heartbeat interval.");
        Require(MinBackoff > TimeSpan.Zero && MaxBackoff >= MinBackoff, "Backoff: the longest wait must not be shorter than the first.");
        Require(EnrollLimit > TimeSpan.Zero, "Enroll limit: must be positive.");
        Require(RenewBefore > TimeSpan.Zero, "Renew before: must be positive.");
        Require(ReissueWithin > TimeSpan.Zero, "Reissue within: must be positive.");
        Require(TrustFreshFor > TimeSpan.Zero, "Trust fresh for: must be positive.");
        Require(CallTimeout > TimeSpan.Zero, "Call timeout: must be positive.");
        return errors;

        void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                errors.Add(otherwise);
            }
        }
    }

    /// <summary>Throws when anything is wrong, naming all of it.</summary>
    /// <exception cref="NodeStartException">With every error.</exception>
    public void EnsureValid()
    {
        if (Validate() is { Count: > 0 } errors)
        {
            throw new NodeStartException(string.Join(" ", errors)) { IsFinal = true };
        }
    }

    /// <summary>Without the join token.</summary>
    public override string ToString() => $"NodeOptions({Role}, {StateDirectory})";
}
