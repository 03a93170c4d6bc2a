using Cellway.Model.Cells;

namespace Cellway.Manager.Rotation;

/// <summary>The rule by which the names of a hop come and go. All of it is here, and nothing else decides about a name's life.</summary>
/// <remarks>
/// <code>
///        planned            announced           replaced                            gone
///           │── Lead or more ──│── Every + 0…Offset ─│── Keep, Generations, 2 × skew ──│
///  accepted ├──────────────────┴────────────────────┴─────────────────────────────────┤
/// </code>
/// <list type="number">
/// <item>A name is accepted from when it is planned, and announced only when every node has had time to hear of it (Lead).</item>
/// <item>It is accepted until Keep after the next one is announced, and until Generations more have been; while those are not planned yet, without end.
/// So a plan that runs out ends in a name that goes on.</item>
/// <item>A life once given is never shortened, because nodes, replicas and clients that have not heard may count on it. Only an
/// operator who withdraws names shortens it.</item>
/// <item>Names are planned until Ahead from now and some intervals more, several at a time: each change of names goes to every Entry.</item>
/// </list>
/// Clocks: what one machine's clock says may be 2 × skew away from what another's does, so a promise from one to another has that
/// much to spare on both ends. <c>docs/protocol/rotation.md</c> has the reasoning; <c>RotationPropertyTests</c> holds it.
/// </remarks>
internal sealed class RotationRule(HopOptions hop, RotationOptions options, IRotationRandom random)
{
    // A push every third interval or so, for as many names more.
    private const int IntervalsMore = 4;

    private TimeSpan BetweenClocks => 2 * options.ClockSkew;

    /// <summary>The names with as many planned ahead as there should be; the same list when nothing is to be done.</summary>
    public IReadOnlyList<ServiceName> Plan(IReadOnlyList<ServiceName> names, DateTimeOffset now)
    {
        now = WholeSeconds(now);
        var plan = names.ToList();
        if (Extend(plan, now))
        {
            plan.RemoveAll(n => n.NotAfter <= now); // not before: a change that only forgets is not worth telling anybody
        }

        GiveLives(plan, now);
        return plan.SequenceEqual(names) ? names : plan;
    }

    /// <summary>The next name now, or as soon as every node has had time to hear of it; what is planned after it follows in its usual intervals.</summary>
    public IReadOnlyList<ServiceName> RotateNow(IReadOnlyList<ServiceName> names, DateTimeOffset now)
    {
        now = WholeSeconds(now);
        var plan = names.ToList();
        var next = plan.FindLastIndex(n => n.AnnouncedAt <= now) + 1;
        while (next < plan.Count && plan[next].Withdrawn)
        {
            next++;
        }

        if (next == plan.Count)
        {
            plan.Add(New(plan, now, now + options.Lead));
        }

        var at = now;
        for (var i = next; i < plan.Count; i++)
        {
            plan[i] = plan[i] with { AnnouncedAt = Later(at, plan[i].NotBefore + options.Lead) };
            at = plan[i].AnnouncedAt + Interval();
        }

        return Plan(plan, now);
    }

    /// <summary>All names of before end when the grace does, and none of those planned begins: somebody knows them who should not.</summary>
    /// <remarks>
    /// The first new name is announced when every node has had time to hear of it. With too short a grace for that, at once: then
    /// the old names end before everybody has the new one, which is what such a grace asks for.
    /// </remarks>
    public IReadOnlyList<ServiceName> Withdraw(IReadOnlyList<ServiceName> names, DateTimeOffset now, TimeSpan grace)
    {
        now = WholeSeconds(now);
        var end = now + (grace < hop.Keep ? grace : hop.Keep);
        var plan = names
            .Where(n => n.AnnouncedAt < end) // by then a node that has not heard yet may use it
            .Select(n => n with { Withdrawn = true, NotAfter = n.NotAfter < end ? n.NotAfter : end })
            .Where(n => n.NotAfter > now)
            .ToList();
        var announced = Earlier(now + options.Lead, end - BetweenClocks);
        plan.Add(New(names, Earlier(now, announced - BetweenClocks), announced));
        return Plan(plan, now);
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private bool Extend(List<ServiceName> plan, DateTimeOffset now)
    {
        var isFirst = plan.Count == 0; // then every node gets the whole plan before it serves
        if (!isFirst && plan[^1].AnnouncedAt >= now + options.Ahead + hop.Every)
        {
            return false;
        }

        while (plan.Count == 0 || plan[^1].AnnouncedAt < now + options.Ahead + (IntervalsMore * hop.Every))
        {
            var notBefore = isFirst ? now - options.Lead : now;
            var announced = plan.Count == 0 ? now : plan[^1].AnnouncedAt + Interval();
            plan.Add(New(plan, notBefore, Later(announced, notBefore + options.Lead)));
        }

        return true;
    }

    private void GiveLives(List<ServiceName> plan, DateTimeOffset now)
    {
        for (var i = 0; i + 1 + hop.Generations < plan.Count; i++)
        {
            var name = plan[i];
            if (!name.Withdrawn && !(name.NotAfter <= now))
            {
                var end = Later(plan[i + 1].AnnouncedAt + hop.Keep, plan[i + 1 + hop.Generations].AnnouncedAt) + BetweenClocks;
                plan[i] = name with { NotAfter = Later(name.NotAfter ?? end, end) };
            }
        }
    }

    private ServiceName New(IReadOnlyList<ServiceName> after, DateTimeOffset notBefore, DateTimeOffset announced) => new()
    {
        Name = random.NewName(),
        Generation = after.Count == 0 ? 1 : after[^1].Generation + 1,
        NotBefore = notBefore,
        AnnouncedAt = announced,
    };

    private TimeSpan Interval() => hop.Every + random.UpTo(hop.Offset);
}
