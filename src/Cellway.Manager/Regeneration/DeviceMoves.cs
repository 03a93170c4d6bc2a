using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Regeneration;
using Cellway.Model.State;

namespace Cellway.Manager.Regeneration;

/// <summary>Moves devices from one cell to another in bounded batches. A device keeps its credentials: only its home changes.</summary>
/// <remarks>Each batch counts itself in the regeneration's record, in the transaction that moves its devices: nothing is moved, or counted, twice.</remarks>
internal sealed class DeviceMoves(IStateStore store, StateKeys keys, NetworkViewFeed feed)
{
    /// <summary>Of etcd's 128 keys in one transaction some are for the record, the cell and the leader.</summary>
    public const int Batch = 100;

    private const int FoundAtOnce = 20_000;

    // What one look through all devices has found: there may be a million to look through.
    private readonly Dictionary<string, Queue<string>> _found = new(StringComparer.Ordinal);

    /// <summary>Moves up to one second's worth.</summary>
    /// <param name="regeneration">The regeneration, as it is stored.</param>
    /// <param name="target">The cell that they move to, as it is stored: it must not change meanwhile.</param>
    /// <param name="from">The cell that they are in.</param>
    /// <param name="to">The cell that they move to.</param>
    /// <param name="term">Writes as the leader.</param>
    /// <param name="lost">This replica no longer leads.</param>
    /// <returns>How many have moved.</returns>
    public async Task<int> MoveAsync(StateEntry regeneration, StateEntry target, string from, string to, LeaderTerm term, CancellationToken lost)
    {
        var record = StateJson.Read<RegenerationRecord>(regeneration);
        var moved = 0;
        while (moved < record.DevicesPerSecond)
        {
            var ids = Next(from, Math.Min(Batch, record.DevicesPerSecond - moved));
            if (ids.Count == 0)
            {
                break;
            }

            var transaction = new StateTransaction().Require(target.Key, target.ModRevision);
            var devices = await Task.WhenAll(ids.Select(id => store.GetAsync(keys.Device(id), lost).AsTask()));
            var here = devices.OfType<StateEntry>().Select(entry => (Entry: entry, Record: StateJson.Read<DeviceRecord>(entry))).Where(d => d.Record.Cell == from).ToList();
            foreach (var (entry, device) in here)
            {
                transaction.Replace(entry, StateJson.Write(device with { Cell = to, PinnedCore = StillPinned(device.PinnedCore, to) }));
            }

            if (here.Count == 0)
            {
                if (_found[from].Count == 0)
                {
                    break; // the view is behind: there is time until the next second
                }

                continue; // deleted, or moved already
            }

            record = record with { Moved = record.Moved + here.Count, HeldUpBy = null };
            transaction.Replace(regeneration, StateJson.Write(record));
            var result = await term.CommitAsync(transaction, lost);
            if (!result.Succeeded)
            {
                break; // one of them has just been changed: they are found again
            }

            moved += here.Count;
            regeneration = regeneration with { Value = StateJson.Write(record), ModRevision = result.Revision };
            await feed.WaitForAsync(result.Revision, lost);
        }

        return moved;
    }

    // A Core of the cell that is left cannot be the first choice in the other one, and would be shown as if it were.
    private string? StillPinned(string? core, string to) => core is not null && feed.Current.Nodes.GetValueOrDefault(core)?.Cell == to ? core : null;

    private List<string> Next(string from, int count)
    {
        if (!_found.TryGetValue(from, out var queue))
        {
            _found[from] = queue = new();
        }

        if (queue.Count == 0)
        {
            foreach (var (_, row) in feed.Current.Accounts.AllDevices().Where(d => d.Row.Cell == from).Take(FoundAtOnce))
            {
                queue.Enqueue(row.Id);
            }
        }

        List<string> next = [];
        while (next.Count < count && queue.TryDequeue(out var id))
        {
            next.Add(id);
        }

        return next;
    }
}
