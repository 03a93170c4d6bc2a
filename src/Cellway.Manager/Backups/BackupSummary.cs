namespace Cellway.Manager.Backups;

/// <summary>What a backup holds, for people.</summary>
/// <param name="Id">SHA-256, in hex, of its manifest.</param>
/// <param name="Network">The network's id.</param>
/// <param name="Name">The network's name.</param>
/// <param name="Revision">The revision at which every record was true.</param>
/// <param name="At">When it was made.</param>
/// <param name="Software">The version of Cellway that made it.</param>
/// <param name="WithRoot">Whether the root's key is in it.</param>
/// <param name="Keys">How many records.</param>
/// <param name="Bytes">Keys and values.</param>
/// <param name="Counts">Records by folder.</param>
public sealed record BackupSummary(
    string Id, string Network, string Name, long Revision, DateTimeOffset At, string Software, bool WithRoot, long Keys, long Bytes, IReadOnlyDictionary<string, long> Counts)
{
    internal static BackupSummary Of(string id, Format.BackupManifest manifest) => new(
        id,
        manifest.Network,
        manifest.Name,
        manifest.Revision,
        manifest.At,
        manifest.Software,
        manifest.WithRoot,
        manifest.Folders.Sum(f => f.Keys),
        manifest.Folders.Sum(f => f.Bytes),
        manifest.Folders.ToDictionary(f => f.Name.TrimEnd('/'), f => f.Keys));
}
