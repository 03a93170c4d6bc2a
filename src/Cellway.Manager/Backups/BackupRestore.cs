using Cellway.Manager.Backups.Format;
using Cellway.Model.Backups;
using Cellway.Model.State;
using Cellway.State.Copying;

namespace Cellway.Manager.Backups;

/// <summary>Writes a checked backup into an empty store, reads it back and compares it. What was interrupted goes on where it stopped.</summary>
internal sealed class BackupRestore(BackupFile file, CheckedBackup backup, RestoreSecrets secrets, IStateStore target, IProgress<BackupProgress> progress, TimeProvider time)
{
    private const int FillKeys = 16_000;
    private const int FillBytes = 8 << 20;

    private long Records => backup.Summary.Keys - 1; // the seal is written anew

    /// <exception cref="StateCopyException">The target holds something.</exception>
    /// <exception cref="BackupException">The file was changed, or the target does not hold what was written.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var filling = await StateFilling.BeginAsync(target, $"backup {backup.Id}", cancellationToken);
        using var written = new BackupTally(backup.Keys.Prefix);
        await WriteAsync(filling, written, cancellationToken);
        await CompareAsync(filling, written.End(), cancellationToken);
        await filling.EndAsync(
            last => last
                .Create(StateKeys.Networks + backup.Header.Network, backup.Network.Value)
                .Create(backup.Keys.Seal, secrets.Seal)
                .Put(backup.Keys.Restored, StateJson.Write(new RestoredRecord
                {
                    Backup = backup.Id, Revision = backup.Header.Revision, TrustVersion = backup.TrustVersion, MadeAt = backup.Header.At, RestoredAt = time.GetUtcNow(),
                })),
            cancellationToken);
    }

    private async Task WriteAsync(StateFilling filling, BackupTally written, CancellationToken cancellationToken)
    {
        await using var present = filling.PresentAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var some = await present.MoveNextAsync();
        var done = 0L;
        await foreach (var page in Pages(written).ToAsyncEnumerable().OneAhead(cancellationToken))
        {
            List<StateWrite> missing = [];
            foreach (var record in page)
            {
                if (some && present.Current.Key == record.Key)
                {
                    some = await present.MoveNextAsync();
                }
                else
                {
                    missing.Add(record);
                }
            }

            if (missing.Count > 0)
            {
                await filling.AddAsync(missing, cancellationToken);
            }

            done += page.Count;
            progress.Report(new("restoring", done, Records));
        }
    }

    private IEnumerable<List<StateWrite>> Pages(BackupTally written)
    {
        List<StateWrite> gathered = [];
        var bytes = 0;
        var line = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var record in file.Read(backup).SelectMany(p => p).Where(r => r.Key != backup.Keys.Seal).Select(Restored))
        {
            line.ResetWrittenCount();
            BackupLines.Write(line, record.Key, record.Value!.Value.Span);
            written.Add(record.Key, record.Value!.Value.Length, line.WrittenSpan[..^1]);
            gathered.Add(record);
            bytes += record.Value!.Value.Length;
            if (gathered.Count == FillKeys || bytes >= FillBytes)
            {
                yield return gathered;
                (gathered, bytes) = ([], 0);
            }
        }

        yield return gathered;
    }

    private StateWrite Restored(StateWrite record) => backup.Kept.TryGetValue(record.Key, out var kept) && record.Key.StartsWith(backup.Keys.Prefix + StateKeys.Folders.Authorities, StringComparison.Ordinal)
        ? record with { Value = secrets.Whole(kept) }
        : record;

    private async Task CompareAsync(StateFilling filling, IReadOnlyList<BackupFolder> expected, CancellationToken cancellationToken)
    {
        using var found = new BackupTally(backup.Keys.Prefix);
        var line = new System.Buffers.ArrayBufferWriter<byte>();
        var done = 0L;
        await foreach (var entry in filling.PresentAsync(cancellationToken))
        {
            line.ResetWrittenCount();
            BackupLines.Write(line, entry.Key, entry.Value.Span);
            found.Add(entry.Key, entry.Value.Length, line.WrittenSpan[..^1]);
            if (++done % FillKeys == 0)
            {
                progress.Report(new("comparing", done, Records));
            }
        }

        progress.Report(new("comparing", done, done));

        if (!expected.SequenceEqual(found.End()))
        {
            throw new BackupException("The target does not hold what was written to it. Make sure that nobody else writes it, and begin again with an empty one.");
        }
    }
}
