namespace Cellway.Testing.Histories;

/// <summary>One replica leads at a time, and what is done as the leader is done in its own term and once.</summary>
internal static class LeaderChecks
{
    public static IEnumerable<string> Check(IReadOnlyList<LeaderAction> actions, IReadOnlyList<StoredFact> facts)
    {
        var terms = facts.Where(f => f.Subject == Facts.Leader).ToList();
        var done = facts.ToLookup(f => (f.Subject, f.Value), f => f.Revision);
        return CheckTerms(terms)
            .Concat(CheckClaims(actions, terms))
            .Concat(actions.Where(a => a.Subject is not null).SelectMany(a => CheckAction(a, [.. done[(a.Subject!, a.Value!)]], terms)))
            .Concat(actions.Where(a => a.Subject is not null).GroupBy(a => (a.Subject, a.Value)).Where(g => g.Count() > 1)
                .Select(g => $"Two terms claim the same work: {string.Join(" and ", g)}"));
    }

    private static IEnumerable<string> CheckTerms(IReadOnlyList<StoredFact> terms) =>
        terms.Zip(terms.Skip(1)).Where(pair => pair.First.Value.Length > 0 && pair.Second.Value.Length > 0)
            .Select(pair => $"A replica became the leader while another was: {pair.First}, {pair.Second}");

    private static IEnumerable<string> CheckClaims(IReadOnlyList<LeaderAction> actions, IReadOnlyList<StoredFact> terms)
    {
        var begun = terms.Where(t => t.Value.Length > 0).Select(t => t.Revision).ToHashSet();
        foreach (var term in actions.GroupBy(a => a.Term))
        {
            if (!begun.Contains(term.Key))
            {
                yield return $"{term.First().Replica} leads in a term that never began: {term.Key}";
            }

            if (term.Select(a => a.Replica).Distinct().Count() > 1)
            {
                yield return $"Two replicas lead in term {term.Key}: {string.Join(" and ", term.Select(a => a.Replica).Distinct())}";
            }
        }
    }

    private static IEnumerable<string> CheckAction(LeaderAction action, IReadOnlyList<long> revisions, IReadOnlyList<StoredFact> terms)
    {
        var end = terms.FirstOrDefault(t => t.Revision > action.Term)?.Revision ?? long.MaxValue;
        return revisions.Count != 1 ? [$"What a leader says it did happened {revisions.Count} times: {action}"]
            : revisions[0] <= action.Term || revisions[0] >= end ? [$"A replica acted as the leader outside of its term, at revision {revisions[0]}: {action}"]
            : [];
    }
}
