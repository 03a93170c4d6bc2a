using System.Collections.Immutable;
using System.Net;
using Cellway.Model.Backups;
using Cellway.Model.Cells;
using Cellway.Model.Certificates;
using Cellway.Model.Devices;
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

/// <summary>Makes the next view of one, record by record.</summary>
/// <remarks>
/// A record that cannot be read counts as missing, so that whatever depends on it is refused and everything else goes on. But a
/// root stays as it was (no node could be told otherwise any more), so do the names that clients and Entries ask for, and a
/// certificate counts as revoked.
/// </remarks>
internal sealed class NetworkViewBuilder(NetworkView before, ViewChanges changes)
{
    private readonly ImmutableDictionary<string, AuthorityRecord>.Builder _authorities = before.Authorities.ToBuilder();
    private readonly ImmutableDictionary<string, CellRecord>.Builder _cells = before.Cells.ToBuilder();
    private readonly ImmutableDictionary<string, RotationRecord>.Builder _rotations = before.Rotations.ToBuilder();
    private readonly ImmutableDictionary<string, ParticipantRecord>.Builder _participants = before.Participants.ToBuilder();
    private readonly ImmutableDictionary<string, JoinTokenRecord>.Builder _joinTokens = before.JoinTokens.ToBuilder();
    private readonly ImmutableDictionary<string, NodeRecord>.Builder _nodes = before.Nodes.ToBuilder();
    private readonly ImmutableDictionary<string, WorkerRecord>.Builder _workers = before.Workers.ToBuilder();
    private readonly ImmutableDictionary<string, NodeSessionRecord>.Builder _sessions = before.Sessions.ToBuilder();
    private readonly ImmutableDictionary<string, EntryReportRecord>.Builder _entryReports = before.EntryReports.ToBuilder();
    private readonly ImmutableDictionary<string, CellReturnRecord>.Builder _cellReturns = before.CellReturns.ToBuilder();
    private readonly ImmutableDictionary<string, ReplicaRecord>.Builder _replicas = before.Replicas.ToBuilder();
    private readonly ImmutableDictionary<string, EndpointRecord>.Builder _endpoints = before.Endpoints.ToBuilder();
    private readonly ImmutableDictionary<string, LifeSignsRecord>.Builder _lifeSigns = before.LifeSigns.ToBuilder();
    private readonly ImmutableDictionary<string, BackupRecord>.Builder _backups = before.Backups.ToBuilder();
    private readonly ImmutableDictionary<string, IncidentRecord>.Builder _incidents = before.Incidents.ToBuilder();
    private readonly ImmutableDictionary<string, RegenerationRecord>.Builder _regenerations = before.Regenerations.ToBuilder();
    private readonly ImmutableDictionary<string, SpentReserveRecord>.Builder _spentReserves = before.SpentReserves.ToBuilder();
    private readonly ImmutableDictionary<string, string>.Builder _revokedKeys = before.RevokedKeys.ToBuilder();
    private readonly ImmutableHashSet<string>.Builder _unreadable = before.Unreadable.ToBuilder();
    private NetworkRecord? _network = before.Network;
    private LeaderRecord? _leader = before.Leader;
    private RestoredRecord? _restored = before.Restored;
    private TrustRecord? _trust = before.Trust;
    private bool _revocationsChanged;

    /// <param name="path">The key below the network's prefix.</param>
    /// <param name="entry">What it holds now, or <see langword="null"/>.</param>
    public void Apply(string path, StateEntry? entry)
    {
        try
        {
            Read(path, entry);
            _unreadable.Remove(path);
        }
        catch (InvalidDataException)
        {
            _unreadable.Add(path);
            TakeOut(path);
        }
    }

    public NetworkView Build(long revision)
    {
        SuspectNodesOfUnreadableCertificates();
        changes.Trust |= _revocationsChanged;
        return before with
        {
            Revision = revision,
            Network = _network,
            Leader = _leader,
            Restored = _restored,
            Trust = _trust,
            Authorities = _authorities.ToImmutable(),
            Cells = _cells.ToImmutable(),
            Rotations = _rotations.ToImmutable(),
            Participants = _participants.ToImmutable(),
            JoinTokens = _joinTokens.ToImmutable(),
            Nodes = _nodes.ToImmutable(),
            Workers = _workers.ToImmutable(),
            Sessions = _sessions.ToImmutable(),
            EntryReports = _entryReports.ToImmutable(),
            CellReturns = _cellReturns.ToImmutable(),
            Replicas = _replicas.ToImmutable(),
            Endpoints = _endpoints.ToImmutable(),
            LifeSigns = _lifeSigns.ToImmutable(),
            Backups = _backups.ToImmutable(),
            Incidents = _incidents.ToImmutable(),
            Regenerations = _regenerations.ToImmutable(),
            SpentReserves = _spentReserves.ToImmutable(),
            RevokedKeys = _revokedKeys.ToImmutable(),
            RevokedKeyHashes = _revocationsChanged ? [.. _revokedKeys.Values] : before.RevokedKeyHashes,
            Unreadable = _unreadable.ToImmutable(),
        };
    }

    private static (string Folder, string Id) Split(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return (path[..(slash + 1)], path[(slash + 1)..]);
    }

    private void Read(string path, StateEntry? entry)
    {
        var (folder, id) = Split(path);
        switch (folder)
        {
            case "" when path == "network": _network = Parse<NetworkRecord>(entry); changes.Trust = true; break; // mirrors go with it
            case "" when path == "leader": _leader = Parse<LeaderRecord>(entry); break;
            case "" when path == "restored": _restored = Parse<RestoredRecord>(entry); break;
            case "" when path == "trust": _trust = Parse<TrustRecord>(entry); changes.Trust = true; break;
            case StateKeys.Folders.Authorities: Set(_authorities, id, entry); changes.Trust = true; break;
            case StateKeys.Folders.Cells: Set(_cells, id, entry, cell => cell.WaysIn()); changes.Cells.Add(id); break;
            case StateKeys.Folders.Rotations: Set(_rotations, id, entry, rotation => rotation.EnsureSound()); break; // the push compares the records
            case StateKeys.Folders.Participants: Set(_participants, id, entry); changes.Participants.Add(id); break;
            case StateKeys.Folders.JoinTokens: Set(_joinTokens, id, entry); break;
            case StateKeys.Folders.Nodes: Set(_nodes, id, entry, RequireSound); changes.Nodes.Add(id); break;
            case StateKeys.Folders.Workers: Set(_workers, id, entry); break;
            case StateKeys.Folders.Sessions: Set(_sessions, id, entry, RequireAddress); changes.Nodes.Add(id); break;
            case StateKeys.Folders.EntryReports: Set(_entryReports, id, entry, RequireVerdicts); changes.EntryReports.Add(id); break;
            case StateKeys.Folders.CellReturns: Set(_cellReturns, id, entry); changes.Cells.Add(id); break;
            case StateKeys.Folders.Replicas: Set(_replicas, id, entry); changes.Trust = true; break;
            case StateKeys.Folders.Endpoints: Set(_endpoints, id, entry); changes.Trust = true; break;
            case StateKeys.Folders.LifeSigns: Set(_lifeSigns, id, entry, signs => RequireAll(signs.Cores)); break;
            case StateKeys.Folders.Backups: Set(_backups, id, entry); break;
            case StateKeys.Folders.Incidents: Set(_incidents, id, entry, incident => RequireAll(incident.Timeline, incident.Witnesses)); break;
            case StateKeys.Folders.Regenerations: Set(_regenerations, id, entry, regeneration => RequireAll(regeneration.Invitations)); break;
            case StateKeys.Folders.Users: SetUser(id, Parse<UserRecord>(entry)); break;
            case StateKeys.Folders.Devices: SetDevice(id, Parse<DeviceRecord>(entry)); break;
            case StateKeys.Folders.Usage: before.Usage.Set(path, Named(Parse<CoreUsageRecord>(entry), r => (r.Core, r.Participant)), changes); break;
            case StateKeys.Folders.UsagePages: before.Usage.Set(path, Named(Parse<UsagePageRecord>(entry), r => (r.Core, r.Participant)), changes); break;
            case StateKeys.Folders.SpentDevices: SetSpent(id, Parse<SpentDeviceRecord>(entry)); break;
            case StateKeys.Folders.SpentReserves: Set(_spentReserves, id, entry); changes.Participants.Add(id); break;
            case StateKeys.Folders.Certificates: SetCertificate(id, Parse<CertificateRecord>(entry)); break;
            default: break; // indexes for the writers' conditions, and what newer versions keep
        }
    }

    private void TakeOut(string path)
    {
        var (folder, id) = Split(path);
        if (folder is not ("" or StateKeys.Folders.Authorities or StateKeys.Folders.Rotations or StateKeys.Folders.Certificates))
        {
            Read(path, null);
        }
    }

    private static T? Parse<T>(StateEntry? entry)
        where T : class, IStateRecord => entry is null ? null : StateJson.Read<T>(entry);

    private static void Set<T>(ImmutableDictionary<string, T>.Builder into, string id, StateEntry? entry, Action<T>? check = null)
        where T : class, IStateRecord
    {
        if (Parse<T>(entry) is { } record)
        {
            check?.Invoke(record);
            into[id] = record;
        }
        else
        {
            into.Remove(id);
        }
    }

    private static T? Named<T>(T? record, Func<T, (string? Core, string? Participant)> names)
        where T : class => record is null || names(record) is { Core: not null, Participant: not null } ? record : throw new InvalidDataException("Usage is nobody's.");

    private static void RequireAll(params ReadOnlySpan<object?> parts)
    {
        if (parts.Contains(null))
        {
            throw new InvalidDataException("A list is none.");
        }
    }

    private static void RequireHash(string hex)
    {
        if (!Hash256.TryParse(hex, out _))
        {
            throw new InvalidDataException("A key hash is none.");
        }
    }

    private static void RequireSound(NodeRecord node)
    {
        RequireHash(node.KeyHash);
        if (node.Addresses?.All(address => IPAddress.TryParse(address, out _)) == false)
        {
            throw new InvalidDataException("An address of a node is none.");
        }
    }

    private static void RequireAddress(NodeSessionRecord session)
    {
        if (!IPAddress.TryParse(session.ObservedAddress, out _))
        {
            throw new InvalidDataException("An observed address is none.");
        }
    }

    private static void RequireVerdicts(EntryReportRecord report)
    {
        if (report.Cores is null || report.Cells is null || report.Cores.Values.Contains(null) || report.Cells.Values.Contains(null))
        {
            throw new InvalidDataException("A report has no verdicts.");
        }
    }

    private void SetUser(string id, UserRecord? user)
    {
        before.Accounts.SetUser(id, user);
        changes.Users.Add(id);
    }

    private void SetDevice(string id, DeviceRecord? device)
    {
        if (before.Accounts.SetDevice(id, device is null ? null : DeviceRow.Of(device)) is { } change)
        {
            changes.Devices.Add(change);
        }
    }

    private void SetSpent(string device, SpentDeviceRecord? spent)
    {
        if (before.Accounts.SetSpent(device, spent is not null) is { } change)
        {
            changes.Devices.Add(change);
        }
    }

    private void SetCertificate(string serial, CertificateRecord? certificate)
    {
        if (certificate?.RevokedAt is null)
        {
            _revocationsChanged |= _revokedKeys.Remove(serial);
        }
        else
        {
            RequireHash(certificate.KeyHash);
            _revokedKeys[serial] = certificate.KeyHash;
            _revocationsChanged = true;
        }
    }

    private void SuspectNodesOfUnreadableCertificates()
    {
        foreach (var path in _unreadable.Where(p => p.StartsWith(StateKeys.Folders.Certificates, StringComparison.Ordinal)))
        {
            var serial = Split(path).Id;
            if (!_revokedKeys.ContainsKey(serial) && _nodes.Values.FirstOrDefault(n => n.CertificateSerial == serial) is { } suspect)
            {
                _revokedKeys[serial] = suspect.KeyHash;
                _revocationsChanged = true;
            }
        }
    }
}
