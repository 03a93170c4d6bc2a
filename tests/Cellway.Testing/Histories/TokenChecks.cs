namespace Cellway.Testing.Histories;

/// <summary>A join token is spent once, together with its node, and whoever has a certificate is the one who spent it.</summary>
internal static class TokenChecks
{
    public static IEnumerable<string> Check(IReadOnlyList<EnrollOperation> enrollments, IReadOnlyList<StoredFact> facts)
    {
        var made = facts.Where(f => f.Subject.StartsWith(Facts.Node(""), StringComparison.Ordinal)).ToLookup(f => f.Subject);
        var spendings = facts.Where(f => f.Subject.StartsWith(Facts.Spending(""), StringComparison.Ordinal)).ToLookup(f => f.Subject);
        return spendings.SelectMany(token => CheckSpending([.. token], made))
            .Concat(enrollments.SelectMany(e => CheckEnrollment(e, spendings[Facts.Spending(e.Token)].FirstOrDefault())));
    }

    /// <summary>Who has enrolled on one replica is believed by all of them.</summary>
    public static IEnumerable<string> CheckAdmissions(IReadOnlyList<AdmissionOperation> admissions, IReadOnlyList<EnrollOperation> enrollments)
    {
        var enrolled = enrollments.Where(e => e is { Outcome: Outcome.Done, Node: not null }).ToLookup(e => e.Node);
        return admissions.Where(a => a.IsAdmitted == false && enrolled[a.Node].Any(e => e.Span.IsBefore(a.Span)))
            .Select(a => $"A node that enrolled is not believed: {a}");
    }

    private static IEnumerable<string> CheckSpending(IReadOnlyList<StoredFact> spendings, ILookup<string, StoredFact> made)
    {
        if (spendings.Count > 1)
        {
            yield return $"A token is spent {spendings.Count} times: {string.Join(", ", spendings)}";
        }

        foreach (var spending in spendings)
        {
            var (node, keyHash) = Facts.ReadSpending(spending.Value);
            if (!made[Facts.Node(node)].Any(n => n.Revision == spending.Revision && n.Value == keyHash))
            {
                yield return $"A token is spent, and its node did not come to be with it: {spending}";
            }
        }
    }

    private static IEnumerable<string> CheckEnrollment(EnrollOperation enrollment, StoredFact? spent)
    {
        var (node, keyHash) = spent is null ? (null, null) : Facts.ReadSpending(spent.Value);
        return (enrollment.Outcome, spent) switch
        {
            (Outcome.Done, null) => [$"An acknowledged enrollment is lost: {enrollment}"],
            (Outcome.Done, _) when node != enrollment.Node || keyHash != enrollment.KeyHash => [$"Somebody has a certificate for a token that another spent ({spent}): {enrollment}"],
            (Outcome.Refused, null) => [$"A good token was refused and never spent: {enrollment}"],
            _ => [],
        };
    }
}
