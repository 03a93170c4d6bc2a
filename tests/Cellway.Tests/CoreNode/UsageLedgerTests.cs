using System.Security.Cryptography;
using Cellway.CoreNode.Accounting;
using Cellway.Model.Devices;
using Cellway.Model.Usage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Tests.CoreNode;

public sealed class UsageLedgerTests
{
    private const int March = 739675;

    private static readonly RouteId First = new([.. Enumerable.Range(1, 16).Select(i => (byte)i)]);
    private static readonly RouteId Second = new([.. Enumerable.Range(101, 16).Select(i => (byte)i)]);

    private readonly ArrayStorage _storage = new();

    [Fact]
    public void Report_WhatWasCounted_SameUntilAcknowledged()
    {
        var ledger = Open();
        Count(ledger, First, 10, 20);

        var report = ledger.Report()!;
        Count(ledger, First, 1, 2);

        Assert.Equal([(First, 10L, 20L)], report.Routes);
        Assert.Equal(UsageMark.None, report.After);
        Assert.Equivalent(report, ledger.Report());
        Assert.Equivalent(report, Open().Report()); // whatever becomes of the process
        Assert.False(ledger.Acknowledge(report.Mark, report.Mark, isKnown: true));
        var next = ledger.Report()!;
        Assert.Equal([(First, 1L, 2L)], next.Routes);
        Assert.Equal((report.Mark, report.Mark with { Sequence = 2 }), (next.After, next.Mark));
    }

    [Fact]
    public void CounterOf_AfterAKill_LosesNothingThatWasCounted()
    {
        Count(Open(), First, 10, 20);
        Count(Open(), Second, 5, 0);
        Count(Open(), First, 1, 1);

        Assert.Equal([(First, 11L, 21L), (Second, 5L, 0L)], Open().Report()!.Routes.OrderBy(r => r.Route));
    }

    [Fact]
    public void EnterPeriod_WithBytesUnreported_TwoReports()
    {
        var ledger = Open();
        Count(ledger, First, 10, 0);
        ledger.EnterPeriod(March + 31);
        Count(ledger, First, 7, 0);

        var old = ledger.Report()!;
        Assert.True(ledger.Acknowledge(old.Mark, old.Mark, isKnown: true)); // there is more at once
        var present = ledger.Report()!;

        Assert.Equal((March, 10L), (old.Period, Assert.Single(old.Routes).Up));
        Assert.Equal((March + 31, 7L), (present.Period, Assert.Single(present.Routes).Up));
    }

    [Fact]
    public void Report_MoreRoutesThanOneHolds_TheRestFollows()
    {
        var ledger = Open();
        var routes = Enumerable.Range(0, UsageLedger.MaxRoutes + 5).Select(i => new RouteId([.. BitConverter.GetBytes((long)i), .. new byte[8]])).ToList();
        routes.ForEach(r => Count(ledger, r, 1, 1));

        var first = ledger.Report()!;
        Assert.True(ledger.Acknowledge(first.Mark, first.Mark, isKnown: true));
        var second = ledger.Report()!;

        Assert.Equal((UsageLedger.MaxRoutes, 5), (first.Routes.Count, second.Routes.Count));
        Assert.Equal(routes.Order(), first.Routes.Concat(second.Routes).Select(r => r.Route).Order());
    }

    [Fact]
    public void Acknowledge_LedgerLost_GoesOnBehindWhatManagementHas()
    {
        var ledger = Open();
        Count(ledger, First, 10, 0);
        var report = ledger.Report()!;
        var stands = new UsageMark(77, 4);

        Assert.True(ledger.Acknowledge(report.Mark, stands, isKnown: false));

        var again = ledger.Report()!;
        Assert.Equal((report.Mark, stands), (again.Mark, again.After));
        Assert.Equal(report.Routes, again.Routes);
    }

    [Fact]
    public void Acknowledge_LedgerPutBack_DropsWhatMayHaveBeenTold()
    {
        Count(Open(), First, 10, 0);
        var ledger = Open();
        Count(ledger, First, 3, 0); // of this process
        var report = ledger.Report()!;
        Count(ledger, First, 2, 0); // and not in the report

        ledger.Acknowledge(report.Mark, report.Mark with { Sequence = 9 }, isKnown: true);

        var again = ledger.Report()!;
        Assert.Equal([(First, 2L, 0L)], again.Routes);
        Assert.NotEqual(report.Mark.Epoch, again.Mark.Epoch);
        Assert.Equal(report.Mark with { Sequence = 9 }, again.After);
    }

    [Fact]
    public void Acknowledge_LateAnswer_ChangesNothing()
    {
        var ledger = Open();
        Count(ledger, First, 10, 0);
        var first = ledger.Report()!;
        ledger.Acknowledge(first.Mark, first.Mark, isKnown: true);
        Count(ledger, First, 1, 0);
        var second = ledger.Report()!;

        ledger.Acknowledge(first.Mark, first.Mark, isKnown: true);
        ledger.Acknowledge(first.Mark, UsageMark.None, isKnown: false);

        Assert.Equivalent(second, ledger.Report());
    }

    [Fact]
    public void Open_AnotherNodesFile_BeginsAnew()
    {
        Count(Open(), First, 10, 20);

        var other = new UsageLedger(_storage, new(SHA256.HashData("another"u8)), March, NullLogger.Instance);

        Assert.Null(other.Report());
        Assert.Null(Open().Report());
    }

    [Fact]
    public void Storage_HoldsNoRouteId()
    {
        Count(Open(), First, 10, 20);

        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(_storage.Blocks[0].Span);

        Assert.Equal(-1, bytes.IndexOf(First.ToArray()));
    }

    private static void Count(UsageLedger ledger, RouteId route, long up, long down)
    {
        ledger.CounterOf(route).AddUp(up);
        ledger.CounterOf(route).AddDown(down);
    }

    private UsageLedger Open() => new(_storage, new(SHA256.HashData("a node"u8)), March, NullLogger.Instance);
}
