using System.Collections.Immutable;
using Cellway.Model.Cells;
using Cellway.Model.Certificates;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;

namespace Cellway.Manager.View;

/// <summary>The whole network as it was at one revision. Immutable: whoever holds one sees one moment.</summary>
internal sealed record NetworkView
{
    private NetworkView()
    {
    }

    public long Revision { get; private init; }

    public NetworkRecord? Network { get; private init; }

    public ImmutableDictionary<string, AuthorityRecord> Authorities { get; private init; } = NoEntries<AuthorityRecord>();

    public ImmutableDictionary<string, CellRecord> Cells { get; private init; } = NoEntries<CellRecord>();

    public ImmutableDictionary<string, ParticipantRecord> Participants { get; private init; } = NoEntries<ParticipantRecord>();

    public ImmutableDictionary<string, JoinTokenRecord> JoinTokens { get; private init; } = NoEntries<JoinTokenRecord>();

    public ImmutableDictionary<string, NodeRecord> Nodes { get; private init; } = NoEntries<NodeRecord>();

    public ImmutableDictionary<string, NodeSessionRecord> Sessions { get; private init; } = NoEntries<NodeSessionRecord>();

    public ImmutableDictionary<string, UserRecord> Users { get; private init; } = NoEntries<UserRecord>();

    public ImmutableDictionary<string, DeviceRecord> Devices { get; private init; } = NoEntries<DeviceRecord>();

    /// <summary>Key hashes of revoked certificates, in hex, by serial.</summary>
    public ImmutableDictionary<string, string> RevokedKeys { get; private init; } = NoEntries<string>();

    private ImmutableHashSet<string> RevokedKeyHashes { get; init; } = [];

    private ImmutableDictionary<string, string> DeviceByToken { get; init; } = NoEntries<string>();

    private ImmutableDictionary<string, string> DeviceByCredential { get; init; } = NoEntries<string>();

    public static NetworkView Of(StateKeys keys, StateSnapshot snapshot)
    {
        var changes = snapshot.Entries.Select(e => new StateChange(e.Key, e)).ToList();
        return new NetworkView().Apply(keys, new(snapshot.Revision, changes));
    }

    public DeviceRecord? FindByToken(Hash256 token) => Devices.GetValueOrDefault(DeviceByToken.GetValueOrDefault(token.ToString(), ""));

    public DeviceRecord? FindByCredential(Hash256 credential) =>
        Devices.GetValueOrDefault(DeviceByCredential.GetValueOrDefault(credential.ToString(), ""));

    /// <summary>Whether a certificate with this key, a hash in hex, has been revoked.</summary>
    public bool IsRevoked(string keyHash) => RevokedKeyHashes.Contains(keyHash);

    public NetworkView Apply(StateKeys keys, StateChangeBatch batch)
    {
        var builder = new NetworkViewBuilder(this);
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

    /// <summary>Gathers one batch, so that a snapshot of a million keys does not copy a million times.</summary>
    private sealed class NetworkViewBuilder(NetworkView from)
    {
        private readonly ImmutableDictionary<string, AuthorityRecord>.Builder _authorities = from.Authorities.ToBuilder();
        private readonly ImmutableDictionary<string, CellRecord>.Builder _cells = from.Cells.ToBuilder();
        private readonly ImmutableDictionary<string, ParticipantRecord>.Builder _participants = from.Participants.ToBuilder();
        private readonly ImmutableDictionary<string, JoinTokenRecord>.Builder _joinTokens = from.JoinTokens.ToBuilder();
        private readonly ImmutableDictionary<string, NodeRecord>.Builder _nodes = from.Nodes.ToBuilder();
        private readonly ImmutableDictionary<string, NodeSessionRecord>.Builder _sessions = from.Sessions.ToBuilder();
        private readonly ImmutableDictionary<string, UserRecord>.Builder _users = from.Users.ToBuilder();
        private readonly ImmutableDictionary<string, DeviceRecord>.Builder _devices = from.Devices.ToBuilder();
        private readonly ImmutableDictionary<string, string>.Builder _revokedKeys = from.RevokedKeys.ToBuilder();
        private readonly ImmutableDictionary<string, string>.Builder _deviceByToken = from.DeviceByToken.ToBuilder();
        private readonly ImmutableDictionary<string, string>.Builder _deviceByCredential = from.DeviceByCredential.ToBuilder();
        private NetworkRecord? _network = from.Network;
        private bool _revocationsChanged;

        public void Apply(string path, StateEntry? entry)
        {
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            var id = path[(slash + 1)..];
            switch (path[..(slash + 1)])
            {
                case "" when path == "network": _network = entry is null ? null : StateJson.Read<NetworkRecord>(entry); break;
                case StateKeys.Folders.Authorities: Set(_authorities, id, entry); break;
                case StateKeys.Folders.Cells: Set(_cells, id, entry); break;
                case StateKeys.Folders.Participants: Set(_participants, id, entry); break;
                case StateKeys.Folders.JoinTokens: Set(_joinTokens, id, entry); break;
                case StateKeys.Folders.Nodes: Set(_nodes, id, entry); break;
                case StateKeys.Folders.Sessions: Set(_sessions, id, entry); break;
                case StateKeys.Folders.Users: Set(_users, id, entry); break;
                case StateKeys.Folders.Devices: SetDevice(id, entry); break;
                case StateKeys.Folders.Certificates: SetCertificate(id, entry); break;
                default: break; // indexes for the writers' conditions, and what newer versions keep
            }
        }

        public NetworkView Build(long revision) => new()
        {
            Revision = revision,
            Network = _network,
            Authorities = _authorities.ToImmutable(),
            Cells = _cells.ToImmutable(),
            Participants = _participants.ToImmutable(),
            JoinTokens = _joinTokens.ToImmutable(),
            Nodes = _nodes.ToImmutable(),
            Sessions = _sessions.ToImmutable(),
            Users = _users.ToImmutable(),
            Devices = _devices.ToImmutable(),
            RevokedKeys = _revokedKeys.ToImmutable(),
            RevokedKeyHashes = _revocationsChanged ? [.. _revokedKeys.Values] : from.RevokedKeyHashes,
            DeviceByToken = _deviceByToken.ToImmutable(),
            DeviceByCredential = _deviceByCredential.ToImmutable(),
        };

        private static void Set<T>(ImmutableDictionary<string, T>.Builder into, string id, StateEntry? entry)
            where T : class
        {
            if (entry is null)
            {
                into.Remove(id);
            }
            else
            {
                into[id] = StateJson.Read<T>(entry);
            }
        }

        private void SetDevice(string id, StateEntry? entry)
        {
            if (_devices.TryGetValue(id, out var old))
            {
                _deviceByToken.Remove(old.TokenHash);
                _deviceByCredential.Remove(old.CredentialHash);
            }

            Set(_devices, id, entry);
            if (_devices.TryGetValue(id, out var now))
            {
                _deviceByToken[now.TokenHash] = id;
                _deviceByCredential[now.CredentialHash] = id;
            }
        }

        private void SetCertificate(string serial, StateEntry? entry)
        {
            var certificate = entry is null ? null : StateJson.Read<CertificateRecord>(entry);
            if (certificate?.RevokedAt is null)
            {
                _revocationsChanged |= _revokedKeys.Remove(serial);
            }
            else
            {
                _revokedKeys[serial] = certificate.KeyHash;
                _revocationsChanged = true;
            }
        }
    }
}
