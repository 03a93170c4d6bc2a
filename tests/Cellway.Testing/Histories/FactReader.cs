using Cellway.Model.Devices;
using Cellway.Model.Nodes;
using Cellway.Model.Replicas;
using Cellway.Model.State;

namespace Cellway.Testing.Histories;

/// <summary>Puts the changes of a network's keys, given one after the other from the first on, into <see cref="Facts"/>.</summary>
public sealed class FactReader(StateKeys keys)
{
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    /// <summary>What is true now, key by key.</summary>
    public IReadOnlyDictionary<string, byte[]> Values => _values;

    /// <param name="revision">Of the change.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">Its new value; <see langword="null"/> when it was deleted.</param>
    public IEnumerable<StoredFact> Read(long revision, string key, byte[]? value)
    {
        var before = _values.GetValueOrDefault(key);
        if (value is null)
        {
            _values.Remove(key);
        }
        else
        {
            _values[key] = value;
        }

        return key.StartsWith(keys.Prefix, StringComparison.Ordinal)
            ? FactsOf(key, before, value).Select(f => new StoredFact(revision, f.Subject, f.Value)).ToList()
            : [];
    }

    private IEnumerable<(string Subject, string Value)> FactsOf(string key, byte[]? before, byte[]? now)
    {
        var path = key[keys.Prefix.Length..];
        var folder = path.IndexOf('/', StringComparison.Ordinal) + 1;
        var name = path[folder..];
        return path[..folder] switch
        {
            "" when key == keys.Leader => [(Facts.Leader, now is null ? "" : Record<LeaderRecord>(key, now)!.Replica)],
            StateKeys.Folders.DeviceNames => [($"device name {name}", now is null ? Facts.Gone : Facts.Made)],
            StateKeys.Folders.Devices => OfDevice(name, Record<DeviceRecord>(key, before), Record<DeviceRecord>(key, now)),
            StateKeys.Folders.JoinTokens => OfToken(name, Record<JoinTokenRecord>(key, before), Record<JoinTokenRecord>(key, now)),
            StateKeys.Folders.Nodes when before is null && now is not null => [(Facts.Node(name), Record<NodeRecord>(key, now)!.KeyHash)],
            StateKeys.Folders.Endpoints when now is null => [(Facts.Endpoint(name), Facts.Gone)],
            _ => [],
        };
    }

    private static IEnumerable<(string Subject, string Value)> OfDevice(string id, DeviceRecord? before, DeviceRecord? now)
    {
        if (now is null)
        {
            yield return (Facts.Device(id), Facts.Gone);
            yield break;
        }

        if (now.CredentialHash != before?.CredentialHash)
        {
            yield return (Facts.Device(id), Facts.Credential(now.CredentialHash));
        }

        if (before is not null && now.Disabled != before.Disabled)
        {
            yield return (Facts.Device(id), now.Disabled ? Facts.Disabled : Facts.Enabled);
        }
    }

    private static IEnumerable<(string Subject, string Value)> OfToken(string id, JoinTokenRecord? before, JoinTokenRecord? now)
    {
        if (before is null)
        {
            yield return (Facts.Token(id), Facts.Made);
        }

        if (now?.Spent is { } spent && spent != before?.Spent)
        {
            yield return (Facts.Spending(id), Facts.Spent(spent));
        }
    }

    private static T? Record<T>(string key, byte[]? value)
        where T : class, IStateRecord => value is null ? null : StateJson.Read<T>(new(key, value, 0, 0, 0));
}
