namespace Cellway.Testing.Histories;

/// <summary>No acknowledged write is lost or done twice, nothing is written that nobody asked for, and what came later is later.</summary>
internal static class WriteChecks
{
    public static IEnumerable<string> Check(IReadOnlyList<WriteOperation> writes, IReadOnlyList<StoredFact> facts)
    {
        var stored = facts.ToLookup(f => (f.Subject, (string?)f.Value), f => f.Revision);
        return writes.SelectMany(w => CheckCount(w, stored[(w.Subject, w.Value)].Count()))
            .Concat(CheckAskedFor(writes, facts))
            .Concat(CheckOrder([.. writes
                .Where(w => w.Value is not null && stored[(w.Subject, w.Value)].Any())
                .Select(w => (w, stored[(w.Subject, w.Value)].First()))]));
    }

    private static IEnumerable<string> CheckCount(WriteOperation write, int times) => (write.Value, write.Outcome, times) switch
    {
        (null, Outcome.Done, _) => [$"An acknowledged write has no value: {write}"],
        (null, _, _) => [],
        (_, Outcome.Done, 0) => [$"An acknowledged write is lost: {write}"],
        (_, Outcome.Refused, > 0) => [$"A refused write has happened: {write}"],
        (_, _, > 1) => [$"One write has happened {times} times: {write}"],
        _ => [],
    };

    // A write whose value is not known may stand for one fact that no other accounts for.
    private static IEnumerable<string> CheckAskedFor(IReadOnlyList<WriteOperation> writes, IReadOnlyList<StoredFact> facts)
    {
        var asked = writes.ToLookup(w => w.Subject);
        foreach (var subject in facts.GroupBy(f => f.Subject).Where(g => asked.Contains(g.Key)))
        {
            var values = asked[subject.Key].Select(w => w.Value).OfType<string>().ToHashSet();
            var unaccounted = subject.Where(f => !values.Contains(f.Value)).ToList();
            if (unaccounted.Count > asked[subject.Key].Count(w => w.Value is null && w.Outcome == Outcome.Unknown))
            {
                yield return $"Nobody asked for it: {string.Join(", ", unaccounted)}";
            }
        }
    }

    // Revisions are of the whole store: what was over before another began, on whatever subject, has the smaller one.
    private static IEnumerable<string> CheckOrder(IReadOnlyList<(WriteOperation Write, long Revision)> happened)
    {
        var over = new Queue<(WriteOperation Write, long Revision)>(happened.Where(h => h.Write.Outcome == Outcome.Done).OrderBy(h => h.Write.Span.Ended));
        (WriteOperation? Write, long Revision) newest = (null, 0);
        foreach (var (write, revision) in happened.OrderBy(h => h.Write.Span.Began))
        {
            while (over.TryPeek(out var next) && next.Write.Span.IsBefore(write.Span))
            {
                over.Dequeue();
                newest = next.Revision > newest.Revision ? next : newest;
            }

            if (newest.Revision >= revision)
            {
                yield return $"A later write is older (revision {revision}, not after {newest.Revision}): {write} came after {newest.Write}";
            }
        }
    }
}
