using Cellway.Model.Cells;

namespace Cellway.Manager.Rotation;

/// <summary>The rule on both hops of a cell.</summary>
internal sealed class RotationPlan(RotationOptions options, IRotationRandom random)
{
    public RotationRule Entry { get; } = new(options.Entry, options, random);

    public RotationRule Exit { get; } = new(options.Exit, options, random);

    /// <summary>The names of a cell that has none yet.</summary>
    public RotationRecord First(string cell, DateTimeOffset now) => new() { Cell = cell, EntryNames = Entry.Plan([], now), ExitNames = Exit.Plan([], now) };

    /// <summary>The record with what is due; the same one when nothing is.</summary>
    public RotationRecord Continue(RotationRecord record, DateTimeOffset now)
    {
        var (entry, exit) = (Entry.Plan(record.EntryNames, now), Exit.Plan(record.ExitNames, now));
        return ReferenceEquals(entry, record.EntryNames) && ReferenceEquals(exit, record.ExitNames) ? record : record with { EntryNames = entry, ExitNames = exit };
    }
}
