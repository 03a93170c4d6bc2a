using Cellway.Manager.PhoneHome;
using Cellway.Model.Contracts;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Arrivals = Cellway.Model.Contracts.Arrivals;
using CoreReach = Cellway.Model.Contracts.CoreReach;

namespace Cellway.Tests.Manager;

public sealed class EntryFindingsTests
{
    private static readonly Cellway.Manager.View.NetworkView View =
        Samples.View(Samples.Cell(), Samples.Node("core-1"), Samples.Node("core-2"), Samples.Node("entry-1", Role.Entry));

    [Fact]
    public void After_WholeThenChanges_IsWhatTheEntryFindsNow()
    {
        var first = After(Samples.Report("entry-1", ("core-9", Cellway.Model.Health.CoreReach.Refused)), new()
        {
            Whole = true,
            Cores = { Of("core-1", CoreReach.Reachable), Of("core-2", CoreReach.Unreachable, seconds: 60) },
            Cells = { new ArrivalsFinding { CellId = "north", EntryDomain = "entry.north.example", Arrivals = Arrivals.Collapsed, Seconds = 5 } },
        });
        Assert.Equal(["core-1", "core-2"], first.Cores.Keys.Order());
        Assert.Equal(Samples.Now.AddSeconds(-60), first.Cores["core-2"].Since);
        Assert.Equal(Cellway.Model.Health.Arrivals.Collapsed, first.Cells["north"].Arrivals);

        var then = After(first, new() { Cores = { Of("core-1", CoreReach.Stalls) }, Forgotten = { "core-2" } });
        Assert.Equal(Cellway.Model.Health.CoreReach.Stalls, Assert.Single(then.Cores).Value.Reach);
        Assert.Empty(then.Cells);
    }

    [Fact]
    public void After_WhatIsNoneOfItsBusiness_IsLeftOut()
    {
        var report = After(Samples.Report("entry-1"), new()
        {
            Whole = true,
            Cores = { Of("nobody", CoreReach.Refused), Of("entry-1", CoreReach.Refused), Of("core-1", CoreReach.Unspecified), Of("core-2", (CoreReach)77), Of("core-1", CoreReach.Slow, "no domain!") },
            Cells = { new ArrivalsFinding { CellId = "nowhere", EntryDomain = "x.example", Arrivals = Arrivals.Collapsed }, new ArrivalsFinding { CellId = "north", EntryDomain = "x.example" } },
        });

        Assert.Empty(report.Cores);
        Assert.Empty(report.Cells);
    }

    private static EntryReportRecord After(EntryReportRecord before, Findings findings) => EntryFindings.After(before, findings, View, Samples.Now);

    private static CoreFinding Of(string core, CoreReach reach, string domain = "exit.north.example", uint seconds = 0) =>
        new() { CoreId = core, ExitDomain = domain, Reach = reach, Seconds = seconds };
}
