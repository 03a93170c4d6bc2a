using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Cells;

namespace Cellway.Manager.Rotation;

/// <summary>Changes a cell's names because an operator says so. Any replica does it: what two of them write, or one and the planner, comes one after the other.</summary>
internal sealed class ForcedRotation(RotationPlan plan, NetworkWriter writer, TimeProvider time, RotationLog log)
{
    /// <param name="cell">Of this cell.</param>
    /// <param name="hops">On these hops.</param>
    /// <param name="grace">After a compromise: what is left to the old names. <see langword="null"/> otherwise: they keep their lives.</param>
    /// <param name="by">The operator.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <returns>The names as they are now.</returns>
    public async Task<IEnumerable<RotationInfo>> RunAsync(string cell, IReadOnlyList<Hop> hops, TimeSpan? grace, string by, CancellationToken cancellationToken)
    {
        RotationRecord? before = null;
        var after = await writer.ChangeAsync<RotationRecord>(
                writer.Keys.Rotation, cell, record => hops.Aggregate(before = record, (r, hop) => Rotate(r, hop, grace)), cancellationToken)
            ?? throw AdminException.Conflict($"The cell {cell} has no service names: it has just been retired, or made; see “cellway cell list”.");
        var now = time.GetUtcNow();
        foreach (var hop in hops)
        {
            var was = ServiceName.Newest(hop.NamesOf(before!), now)?.Generation ?? 0;
            var next = hop.NamesOf(after).First(n => n.Generation > was && !n.Withdrawn);
            if (grace is { } left)
            {
                log.Withdrawn(by, cell, hop.Name, left, next.Generation, next.AnnouncedAt);
            }
            else
            {
                log.Rotated(by, cell, hop.Name, next.Generation, next.AnnouncedAt);
            }
        }

        return hops.Select(hop => RotationInfos.Of(after, hop, now));
    }

    private RotationRecord Rotate(RotationRecord record, Hop hop, TimeSpan? grace)
    {
        var (names, rule) = (hop.NamesOf(record), hop.RuleOf(plan));
        var after = grace is { } left ? rule.Withdraw(names, time.GetUtcNow(), left) : rule.RotateNow(names, time.GetUtcNow());
        return after.Count <= RotationOptions.MaxNames
            ? hop.With(record, after)
            : throw AdminException.Conflict(
                $"Cell {record.Cell} has {names.Count} names on the {hop.Name} hop, and nodes keep at most {RotationOptions.MaxNames}: wait until some have ended, or withdraw them all with --reason compromise.");
    }
}
