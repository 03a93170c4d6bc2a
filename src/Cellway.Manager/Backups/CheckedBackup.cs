using System.Text.Json;
using Cellway.Manager.Backups.Format;
using Cellway.Model.Certificates;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Backups;

/// <summary>A backup that was read to its end, is whole, and is signed by the network's root; with the few records that its restoring needs first.</summary>
internal sealed record CheckedBackup(string Id, BackupHeader Header, BackupManifest Manifest, IReadOnlyDictionary<string, StateEntry> Kept)
{
    public StateKeys Keys { get; } = new(Header.Network);

    public BackupSummary Summary => BackupSummary.Of(Id, Manifest);

    public StateEntry Network => Require(Keys.Network);

    /// <summary>How the seal key was made where the backup comes from.</summary>
    public SealParameters Seal => JsonSerializer.Deserialize<SealParameters>(Require(Keys.Seal).Value.Span) ?? throw BackupException.Damaged();

    public IEnumerable<AuthorityRecord> Authorities =>
        Kept.Values.Where(e => e.Key.StartsWith(Keys.Prefix + StateKeys.Folders.Authorities, StringComparison.Ordinal)).Select(StateJson.Read<AuthorityRecord>);

    /// <summary>Of the newest word on whom to believe; 0 for none.</summary>
    public long TrustVersion => Kept.TryGetValue(Keys.Trust, out var trust) ? StateJson.Read<TrustRecord>(trust).Version : 0;

    /// <summary>Whether what is <paramref name="key"/> is kept.</summary>
    public static bool Keeps(StateKeys keys, string key) =>
        key == keys.Network || key == keys.Seal || key == keys.Trust || key.StartsWith(keys.Prefix + StateKeys.Folders.Authorities, StringComparison.Ordinal);

    private StateEntry Require(string key) => Kept.GetValueOrDefault(key) ?? throw new BackupException($"The backup has no {key}: it is not of a whole network.");
}
