using Cellway.Manager.Accounting;
using Cellway.Model.Usage;
using CsCheck;

namespace Cellway.Tests.Manager.Accounting;

/// <summary>The whole way from a session's counter to the state, with everything on it that can go wrong.</summary>
public sealed class AccountingProtocolTests
{
    private enum Step
    {
        Carry, // more often than the rest
        CarryMore,
        Report,
        ReportAgain,
        Deliver,
        DeliverAndKeep,
        LoseReport,
        Write,
        WriteWithFault,
        Answer,
        AnswerAndKeep,
        LoseAnswer,
        RestartCore,
        RestartReplica,
        LoseDisk,
        SnapshotDisk,
        PutDiskBack,
        SnapshotState,
        PutStateBack,
        Wait,
    }

    private static readonly AccountingOptions OftenPaged = new() { PageAfter = 2 };

    /// <summary>Whatever is lost, repeated, reordered or restarted, and wherever a process is killed: the books are exactly what was carried, in the period it was carried in.</summary>
    [Fact]
    public Task Books_AnyHistoryWithDisks_EqualTheTruth() => History(Step.LoseDisk, Step.SnapshotDisk, Step.PutDiskBack, Step.SnapshotState, Step.PutStateBack).SampleAsync(async history =>
    {
        await using var model = await AccountingModel.StartAsync(2, OftenPaged);
        await RunAsync(model, history);
        await model.SettleAsync();

        var books = await model.BooksAsync();
        var truth = model.Cores.SelectMany(c => c.Truth.Select(t => (Key: (c.Node.Id, t.Key.Period, t.Key.Device), t.Value))).ToDictionary(t => t.Key, t => t.Value);
        Assert.Equal(truth.OrderBy(t => t.Key.ToString(), StringComparer.Ordinal), books.OrderBy(b => b.Key.ToString(), StringComparer.Ordinal));
        var view = await model.ViewAsync();
        var period = UsagePeriod.Of(model.Time.GetUtcNow(), 1);
        foreach (var core in model.Cores)
        {
            var sum = core.Truth.Where(t => t.Key.Period == period.Start).Aggregate(default(TrafficBytes), (s, t) => s + t.Value);
            Assert.Equal(sum, view.OfCore(core.Node.Id, period));
        }
    }, iter: 60);

    /// <summary>A disk that is lost takes with it what was not acknowledged, and nothing else; nothing is ever counted twice.</summary>
    [Fact]
    public Task Books_DisksAreLost_EqualTheTruthOfTheLastLife() => History(Step.SnapshotDisk, Step.PutDiskBack, Step.SnapshotState, Step.PutStateBack).SampleAsync(async history =>
    {
        await using var model = await AccountingModel.StartAsync(2, OftenPaged);
        await RunAsync(model, history);
        await model.SettleAsync();

        AssertNoWindfall(model, await model.BooksAsync(), exactInThisLife: true);
    }, iter: 60);

    /// <summary>A disk that is put back to an older state tells things again that may have been told: they are dropped.</summary>
    [Fact]
    public Task Books_DisksArePutBack_NeverMoreThanTheTruth() => History(Step.SnapshotState, Step.PutStateBack).SampleAsync(async history =>
    {
        await using var model = await AccountingModel.StartAsync(2, OftenPaged);
        await RunAsync(model, history);
        await model.SettleAsync();

        AssertNoWindfall(model, await model.BooksAsync(), exactInThisLife: false);
    }, iter: 60);

    /// <summary>Management's state is put back, as from a backup: nothing is ever counted twice, and from then on everything is counted.</summary>
    [Fact]
    public Task Books_StateIsPutBack_NeverMoreThanTheTruthAndExactFromThenOn() => History(Step.LoseDisk, Step.SnapshotDisk, Step.PutDiskBack).SampleAsync(async history =>
    {
        await using var model = await AccountingModel.StartAsync(2, OftenPaged);
        await RunAsync(model, history);
        await model.SettleAsync();
        var before = await model.BooksAsync();
        AssertNoWindfall(model, before, exactInThisLife: false);

        foreach (var core in model.Cores)
        {
            core.Carry(1, 10, 30);
        }

        await model.SettleAsync();
        var grown = (await model.BooksAsync()).Select(b => (b.Key.Core, b.Value - before.GetValueOrDefault(b.Key))).Where(b => b.Item2 != default);
        Assert.Equal(model.Cores.Select(c => (c.Node.Id, new TrafficBytes(10, 30))), grown.OrderBy(g => g.Core, StringComparer.Ordinal));
    }, iter: 60);

    [Fact]
    public async Task Books_StateIsPutBack_WhatWasNotAcknowledgedComesInOnceAndWhatWasIsSaidToBeLost()
    {
        await using var model = await AccountingModel.StartAsync(1);
        var core = model.Cores[0];
        core.Carry(0, 100, 0);
        await model.SettleAsync();
        await model.SnapshotStateAsync();
        core.Carry(0, 10, 0); // in the books that are lost
        await model.SettleAsync();
        core.Carry(0, 5, 0); // reported, and management dies before it answers
        model.Deliver((core, 0, core.Next()!));
        await model.WriteAsync(0);
        model.Answers.Clear();

        await model.PutStateBackAsync();
        core.Carry(0, 2, 0);
        await model.SettleAsync();

        Assert.Equal(new TrafficBytes(107, 0), Assert.Single(await model.BooksAsync()).Value);
        var act = Assert.Single(await model.ActsAsync());
        Assert.Equal(($"core/{core.Node.Id}", "restored usage"), (act.Who, act.What));
        Assert.Contains("; 1 of its reports", act.Detail, StringComparison.Ordinal);
    }

    private static Gen<List<(Step Step, int Which, int How, int Bytes)>> History(params Step[] without) =>
        Gen.Select(Gen.OneOf([.. Enum.GetValues<Step>().Except(without).Select(s => (IGen<Step>)Gen.Const(s))]), Gen.Int[0, 99], Gen.Int[0, 99], Gen.Int[0, 1000]).List[0, 80];

    private static async Task RunAsync(AccountingModel model, List<(Step Step, int Which, int How, int Bytes)> history)
    {
        foreach (var (step, which, how, bytes) in history)
        {
            var core = model.Cores[which % model.Cores.Count];
            var report = model.Reports.Count == 0 ? default : model.Reports[how % model.Reports.Count];
            var answer = model.Answers.Count == 0 ? default : model.Answers[how % model.Answers.Count];
            switch (step)
            {
                case Step.Carry or Step.CarryMore:
                    core.Carry(how % AccountingModel.Devices, bytes, bytes * 3L);
                    break;
                case Step.Report or Step.ReportAgain when core.Next(KilledAfter(how)) is { } next:
                    model.Reports.Add((core, how % AccountingModel.Replicas, next));
                    break;
                case Step.Deliver when report.Core is not null:
                    model.Reports.Remove(report);
                    model.Deliver(report);
                    break;
                case Step.DeliverAndKeep when report.Core is not null:
                    model.Deliver(report);
                    break;
                case Step.LoseReport:
                    model.Reports.Remove(report);
                    break;
                case Step.Write:
                    await model.WriteAsync(how % AccountingModel.Replicas);
                    break;
                case Step.WriteWithFault:
                    model.Store.Fault = bytes % 2 == 0 ? StoreFault.Lost : StoreFault.AnswerLost;
                    await model.WriteAsync(how % AccountingModel.Replicas);
                    model.Store.Fault = StoreFault.None;
                    break;
                case Step.Answer when answer.Core is not null:
                    model.Answers.Remove(answer);
                    answer.Core.Acknowledge(answer.Ack, KilledAfter(which));
                    break;
                case Step.AnswerAndKeep when answer.Core is not null:
                    answer.Core.Acknowledge(answer.Ack, KilledAfter(which));
                    break;
                case Step.LoseAnswer:
                    model.Answers.Remove(answer);
                    break;
                case Step.RestartCore:
                    core.Restart();
                    break;
                case Step.RestartReplica:
                    model.RestartReplica(how % AccountingModel.Replicas);
                    break;
                case Step.LoseDisk:
                    core.LoseDisk();
                    break;
                case Step.SnapshotDisk:
                    core.Snapshot();
                    break;
                case Step.PutDiskBack:
                    core.PutBack();
                    break;
                case Step.SnapshotState:
                    await model.SnapshotStateAsync();
                    break;
                case Step.PutStateBack:
                    await model.PutStateBackAsync();
                    break;
                case Step.Wait:
                    await model.WaitAsync(TimeSpan.FromDays(how < 20 ? 15 : 0.01));
                    break;
            }
        }
    }

    private static int? KilledAfter(int how) => how % 8 < 3 ? how % 8 : null;

    private static void AssertNoWindfall(AccountingModel model, Dictionary<(string Core, DateOnly Period, string Device), TrafficBytes> books, bool exactInThisLife)
    {
        foreach (var core in model.Cores)
        {
            var applied = books.Where(b => b.Key.Core == core.Node.Id).GroupBy(b => b.Key.Device).ToDictionary(g => g.Key, g => g.Aggregate(default(TrafficBytes), (s, b) => s + b.Value));
            var truth = core.Truth.GroupBy(t => t.Key.Device).ToDictionary(g => g.Key, g => g.Aggregate(default(TrafficBytes), (s, t) => s + t.Value));
            Assert.Empty(applied.Keys.Except(truth.Keys));
            foreach (var (device, carried) in truth)
            {
                var bytes = applied.GetValueOrDefault(device);
                Assert.True(bytes.Up <= carried.Up && bytes.Down <= carried.Down, $"{bytes} of {carried}");
                if (exactInThisLife && core.IsOfThisLife(device))
                {
                    Assert.Equal(carried, bytes);
                }
            }
        }
    }
}
