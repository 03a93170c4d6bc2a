using System.Text;
using System.Text.Json;
using Cellway.Model.State;
using Cellway.Testing.Etcd;
using Cellway.Testing.Histories;

namespace Cellway.EndToEndTests.Faults;

/// <summary>Reads everything that etcd has ever been told, with etcd's own client and not with ours.</summary>
internal static class StoreHistory
{
    private const int Delete = 1;

    /// <param name="cluster">Its history must not have been compacted.</param>
    /// <param name="keys">Of the network.</param>
    /// <param name="lastKey">The key whose writing ends it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<(History History, IReadOnlyDictionary<string, byte[]> Values)> ReadAsync(
        EtcdCluster cluster, StateKeys keys, string lastKey, CancellationToken cancellationToken)
    {
        using var control = cluster.StartControl(cluster.Members[0], "watch", keys.Prefix, "--prefix", "--rev", "1", "-w", "json");
        try
        {
            var reader = new FactReader(keys);
            var (changes, facts) = (new List<StoredChange>(), new List<StoredFact>());
            while (await control.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                foreach (var change in JsonDocument.Parse(line).RootElement.GetProperty("Events").EnumerateArray())
                {
                    var kv = change.GetProperty("kv");
                    var (revision, key) = (kv.GetProperty("mod_revision").GetInt64(), Encoding.UTF8.GetString(kv.GetProperty("key").GetBytesFromBase64()));
                    var value = change.TryGetProperty("type", out var type) && type.GetInt32() == Delete ? null
                        : kv.TryGetProperty("value", out var stored) ? stored.GetBytesFromBase64() : [];
                    changes.Add(new(revision, key, value is null ? "" : StoreWatcher.DigestOf(value)));
                    facts.AddRange(reader.Read(revision, key, value));
                    if (key == lastKey)
                    {
                        return (new() { Changes = changes, Facts = facts }, reader.Values);
                    }
                }
            }

            throw new InvalidOperationException($"etcdctl watch ended: {await control.StandardError.ReadToEndAsync(cancellationToken)}");
        }
        finally
        {
            control.Kill();
            await control.WaitForExitAsync(CancellationToken.None);
        }
    }
}
