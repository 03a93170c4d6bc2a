namespace Cellway.Testing.Histories;

/// <summary>A watch sees every change once and in order, and no other.</summary>
internal static class WatchChecks
{
    public static IEnumerable<string> Check(WatchLog watch, IReadOnlyList<StoredChange> changes)
    {
        var expected = changes.Where(c => c.Revision >= watch.From && c.Revision <= watch.Until).ToList();
        var seen = watch.Changes.Where(c => c.Revision <= watch.Until).ToList();
        for (var i = 0; i < Math.Max(expected.Count, seen.Count); i++)
        {
            if (i == expected.Count || i == seen.Count || expected[i] != seen[i])
            {
                yield return $"The watch {watch.Name} differs from the store at its change {i}: it saw {At(seen, i)} where {At(expected, i)} was";
                yield break; // all that follows is shifted
            }
        }
    }

    private static string At(List<StoredChange> changes, int i) => i < changes.Count ? changes[i].ToString() : "nothing";
}
