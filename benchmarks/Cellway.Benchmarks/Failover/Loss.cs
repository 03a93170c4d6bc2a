namespace Cellway.Benchmarks.Failover;

/// <summary>What one visitor lost by a fault.</summary>
/// <param name="Until">How long until new connections were answered at once again.</param>
/// <param name="Hung">The longest that one connection hung, answered at last or not.</param>
/// <param name="Failed">How many were not answered.</param>
/// <param name="QuietFor">Since when all is well.</param>
internal readonly record struct Loss(TimeSpan Until, TimeSpan Hung, int Failed, TimeSpan QuietFor)
{
    /// <summary>Counts; <see langword="null"/> while there is no answer yet that came at once.</summary>
    public static Loss? Of(Visitor visitor, long fault)
    {
        var visits = visitor.Since(fault);
        var lastBad = visits.FindLastIndex(v => !v.IsGood);
        if (lastBad + 1 >= visits.Count)
        {
            return null;
        }

        var time = TimeProvider.System;
        return new(
            time.GetElapsedTime(fault, visits[lastBad + 1].Ended), visits.Max(v => v.Took), visits.Count(v => !v.Answered),
            time.GetElapsedTime(lastBad < 0 ? fault : visits[lastBad].Ended));
    }

    /// <summary>Waits until all visitors have been well for a while.</summary>
    /// <returns>What each lost.</returns>
    public static async Task<IReadOnlyList<(Visitor Visitor, Loss Loss)>> SettledAsync(IReadOnlyList<Visitor> visitors, long fault)
    {
        var quiet = TimeSpan.FromSeconds(2);
        for (var waited = 0; ; waited++)
        {
            var losses = visitors.Select(v => (Visitor: v, Loss: Of(v, fault))).ToList();
            if (losses.TrueForAll(l => l.Loss is { } loss && loss.QuietFor > quiet))
            {
                return [.. losses.Select(l => (l.Visitor, l.Loss!.Value))];
            }

            if (waited > 900)
            {
                throw new InvalidOperationException("All was not well again within 90 s.");
            }

            await Task.Delay(100);
        }
    }
}
