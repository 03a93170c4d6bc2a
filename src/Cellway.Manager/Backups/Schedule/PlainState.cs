using System.Text.Json;
using System.Text.Json.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Backups.Schedule;

/// <summary>What of the state holds no secret and nothing of a user, a file for each record, written so that differences can be read.</summary>
internal sealed class PlainState(IStateStore store, StateKeys keys)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    // A folder that is not here is not written: a new one may hold anything.
    private static readonly (string Folder, string[] Without)[] Told =
    [
        (StateKeys.Folders.Cells, ["entryCertificate", "exitCertificate"]),
        (StateKeys.Folders.Participants, []),
        (StateKeys.Folders.Nodes, ["keyHash"]),
        (StateKeys.Folders.Incidents, []),
        (StateKeys.Folders.Regenerations, []),
    ];

    public async Task WriteAsync(string directory, CancellationToken cancellationToken)
    {
        foreach (var (folder, without) in Told)
        {
            var target = Path.Combine(directory, folder.TrimEnd('/'));
            Directory.CreateDirectory(target);
            var gone = Directory.GetFiles(target, "*.json").ToHashSet(StringComparer.Ordinal);
            foreach (var entry in (await store.ListAsync(keys.Prefix + folder, cancellationToken)).Entries)
            {
                var path = Path.Combine(target, entry.Key[(keys.Prefix.Length + folder.Length)..] + ".json");
                if (JsonNode.Parse(entry.Value.Span) is JsonObject record)
                {
                    foreach (var name in without)
                    {
                        record.Remove(name);
                    }

                    await File.WriteAllTextAsync(path, record.ToJsonString(s_indented) + "\n", cancellationToken);
                    gone.Remove(path);
                }
            }

            foreach (var old in gone)
            {
                File.Delete(old);
            }
        }
    }
}
