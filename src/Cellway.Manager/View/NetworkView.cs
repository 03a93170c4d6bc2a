using System.Collections.Immutable;
using Cellway.Model.Backups;
using Cellway.Model.Cells;
using Cellway.Model.Certificates;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.Regeneration;
using Cellway.Model.Replicas;
using Cellway.Model.Routing;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Manager.View;

/// <summary>The network as it was at one revision.</summary>
/// <remarks>Immutable, but for <see cref="Accounts"/> and <see cref="Usage"/>: of users and devices there are too many to keep more than one moment of them.</remarks>
internal sealed record NetworkView
{
    internal NetworkView()
    {
    }

    public long Revision { get; internal init; }

    public NetworkRecord? Network { get; internal init; }

    public LeaderRecord? Leader { get; internal init; }

    /// <summary>The backup that the state came from, if it did.</summary>
    public RestoredRecord? Restored { get; internal init; }

    /// <summary>Whom the network believes, as its roots have signed it; a moment behind <see cref="Authorities"/> and <see cref="RevokedKeys"/>.</summary>
    public TrustRecord? Trust { get; internal init; }

    public ImmutableDictionary<string, AuthorityRecord> Authorities { get; internal init; } = NoEntries<AuthorityRecord>();

    public ImmutableDictionary<string, CellRecord> Cells { get; internal init; } = NoEntries<CellRecord>();

    /// <summary>Service names, by cell.</summary>
    public ImmutableDictionary<string, RotationRecord> Rotations { get; internal init; } = NoEntries<RotationRecord>();

    public ImmutableDictionary<string, ParticipantRecord> Participants { get; internal init; } = NoEntries<ParticipantRecord>();

    public ImmutableDictionary<string, JoinTokenRecord> JoinTokens { get; internal init; } = NoEntries<JoinTokenRecord>();

    public ImmutableDictionary<string, NodeRecord> Nodes { get; internal init; } = NoEntries<NodeRecord>();

    /// <summary>Participants' machines in the operator's Kubernetes cluster, by their tokens' ids.</summary>
    public ImmutableDictionary<string, WorkerRecord> Workers { get; internal init; } = NoEntries<WorkerRecord>();

    public ImmutableDictionary<string, NodeSessionRecord> Sessions { get; internal init; } = NoEntries<NodeSessionRecord>();

    /// <summary>What attached Entries find of the network around them, by Entry.</summary>
    public ImmutableDictionary<string, EntryReportRecord> EntryReports { get; internal init; } = NoEntries<EntryReportRecord>();

    /// <summary>Cells whose devices are not all at home, by cell.</summary>
    public ImmutableDictionary<string, CellReturnRecord> CellReturns { get; internal init; } = NoEntries<CellReturnRecord>();

    public ImmutableDictionary<string, ReplicaRecord> Replicas { get; internal init; } = NoEntries<ReplicaRecord>();

    public ImmutableDictionary<string, EndpointRecord> Endpoints { get; internal init; } = NoEntries<EndpointRecord>();

    /// <summary>Which Cores live although Entries have lost them, by the replica that hears them.</summary>
    public ImmutableDictionary<string, LifeSignsRecord> LifeSigns { get; internal init; } = NoEntries<LifeSignsRecord>();

    /// <summary>Scheduled backups, by name; names sort by time.</summary>
    public ImmutableDictionary<string, BackupRecord> Backups { get; internal init; } = NoEntries<BackupRecord>();

    public ImmutableDictionary<string, IncidentRecord> Incidents { get; internal init; } = NoEntries<IncidentRecord>();

    /// <summary>Replacements of cells, by the old cell.</summary>
    public ImmutableDictionary<string, RegenerationRecord> Regenerations { get; internal init; } = NoEntries<RegenerationRecord>();

    /// <summary>Key hashes of revoked certificates, in hex, by serial; and of nodes whose certificate's record cannot be read: it might say so.</summary>
    public ImmutableDictionary<string, string> RevokedKeys { get; internal init; } = NoEntries<string>();

    /// <summary>Users and their devices, as they are now.</summary>
    public AccountTable Accounts { get; internal init; } = new();

    /// <summary>What devices, Cores and participants have moved in this period and the one before, as it is now.</summary>
    public UsageTable Usage { get; internal init; } = new();

    /// <summary>Participants whose reserve is used up: until the leader takes the record away, their Cores get no stranger.</summary>
    public ImmutableDictionary<string, SpentReserveRecord> SpentReserves { get; internal init; } = NoEntries<SpentReserveRecord>();

    /// <summary>Keys below the network's prefix whose records cannot be read. They count as missing.</summary>
    public ImmutableHashSet<string> Unreadable { get; internal init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    internal ImmutableHashSet<string> RevokedKeyHashes { get; init; } = [];

    /// <exception cref="NewerSchemaException">A newer version of this program has written a record.</exception>
    public static NetworkView Of(StateKeys keys, StateSnapshot snapshot)
    {
        var changes = snapshot.Entries.Select(e => new StateChange(e.Key, e)).ToList();
        return new NetworkView().Apply(keys, new(snapshot.Revision, changes), out _);
    }

    /// <summary>The period of accounting at a moment.</summary>
    public UsagePeriod PeriodAt(DateTimeOffset now) => UsagePeriod.Of(now, Network is { PeriodDay: >= 1 and <= UsagePeriod.LastDay and var day } ? day : 1);

    /// <summary>Whether a certificate with this key, a hash in hex, has been revoked.</summary>
    public bool IsRevoked(string keyHash) => RevokedKeyHashes.Contains(keyHash);

    /// <summary>Whether a node that was let in by this record may stay.</summary>
    public bool Welcomes(NodeRecord node) =>
        Nodes.TryGetValue(node.Id, out var now) && now.State != NodeState.Revoked && now.KeyHash == node.KeyHash && !IsRevoked(node.KeyHash);

    /// <summary>The view after <paramref name="batch"/>.</summary>
    /// <exception cref="NewerSchemaException">A newer version of this program has written a record.</exception>
    public NetworkView Apply(StateKeys keys, StateChangeBatch batch, out ViewChanges changes)
    {
        changes = new();
        var builder = new NetworkViewBuilder(this, changes);
        foreach (var change in batch.Changes)
        {
            if (change.Key.StartsWith(keys.Prefix, StringComparison.Ordinal))
            {
                builder.Apply(change.Key[keys.Prefix.Length..], change.Entry);
            }
        }

        return builder.Build(batch.Revision);
    }

    private static ImmutableDictionary<string, T> NoEntries<T>() => ImmutableDictionary.Create<string, T>(StringComparer.Ordinal);
}
