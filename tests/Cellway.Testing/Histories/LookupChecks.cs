namespace Cellway.Testing.Histories;

/// <summary>
/// A device is known on every replica once its making is acknowledged, until somebody asks to end that; and unknown on a replica that
/// has acknowledged its end. Another replica may go on for as long as it has not heard of it.
/// </summary>
internal static class LookupChecks
{
    public static IEnumerable<string> Check(IReadOnlyList<LookupOperation> lookups, IReadOnlyList<WriteOperation> writes)
    {
        var bySubject = writes.ToLookup(w => w.Subject);
        return lookups.SelectMany(l => CheckLookup(l, [.. bySubject[l.Device]]));
    }

    private static IEnumerable<string> CheckLookup(LookupOperation lookup, IReadOnlyList<WriteOperation> writes)
    {
        var made = writes.FirstOrDefault(w => w.Value == lookup.Credential && w is { Outcome: Outcome.Done });
        if (made is null || lookup.IsKnown is not { } known)
        {
            return [];
        }

        var others = writes.Where(w => w != made && w.Outcome != Outcome.Refused && !w.Span.IsBefore(made.Span)).ToList();
        if (!known)
        {
            return made.Span.IsBefore(lookup.Span) && others.All(w => lookup.Span.IsBefore(w.Span))
                ? [$"A device that was made is unknown: {lookup}, made by {made}"]
                : [];
        }

        var end = others.FirstOrDefault(w =>
            w.Value != Facts.Enabled && w.Outcome == Outcome.Done && w.Replica == lookup.Replica && made.Span.IsBefore(w.Span) && w.Span.IsBefore(lookup.Span));
        var mayBeBack = end?.Value == Facts.Disabled && others.Any(w => w.Value == Facts.Enabled && w.Span.Began <= lookup.Span.Ended);
        return end is not null && !mayBeBack ? [$"A replica answers for what it has ended itself: {lookup}, ended by {end}"] : [];
    }
}
