using System.Security.Cryptography;
using Cellway.CoreNode.Accounting;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.Nodes;
using Cellway.Model.Usage;
using Cellway.Tests.CoreNode;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Tests.Manager.Accounting;

/// <summary>A Core whose process and disk can be lost. Each life of its disk serves devices of its own, so that what it lost is known.</summary>
#pragma warning disable CA1001 // what is killed disposes of nothing
internal sealed class ModelCore
#pragma warning restore CA1001
{
    public const int MaxLives = 4;

    private static readonly byte[] Key = SHA256.HashData("a node"u8);

    private readonly IReadOnlyList<(string Device, RouteId Route)> _routes;
    private readonly TimeProvider _time;
    private ArrayStorage _storage = new();
    private ArrayStorage? _snapshot;
    private CoreUsage _usage = null!;

    public ModelCore(NodeRecord node, IReadOnlyList<(string Device, RouteId Route)> routes, TimeProvider time)
    {
        (Node, _routes, _time) = (node, routes, time);
        Start();
    }

    public NodeRecord Node { get; }

    /// <summary>Lives that the disk has had.</summary>
    public int Lives { get; private set; } = 1;

    /// <summary>Whether its disk was put back to an older state.</summary>
    public bool WasPutBack { get; private set; }

    /// <summary>What it has carried, by period and device.</summary>
    public Dictionary<(DateOnly Period, string Device), TrafficBytes> Truth { get; } = [];

    public bool IsSettled => _usage.Report() is null;

    public bool IsOfThisLife(string device) => _routes.Skip((Lives - 1) * AccountingModel.Devices).Take(AccountingModel.Devices).Any(r => r.Device == device);

    public void Carry(int device, long up, long down)
    {
        _usage.BeginPeriodsOn(1); // the clock's tick
        var (id, route) = _routes[((Lives - 1) * AccountingModel.Devices) + device];
        var counter = _usage.CounterOf(route);
        counter.AddUp(up);
        counter.AddDown(down);
        if (up + down > 0) // the books have no line for nothing
        {
            var key = (UsagePeriod.Of(_time.GetUtcNow(), 1).Start, id);
            Truth[key] = Truth.GetValueOrDefault(key) + new TrafficBytes(up, down);
        }
    }

    /// <param name="killedAfter">How many flushes the process survives.</param>
    public UsageReport? Next(int? killedAfter = null) => Survive(killedAfter, _usage.Report);

    /// <param name="ack">What has come.</param>
    /// <param name="killedAfter">How many flushes the process survives.</param>
    public void Acknowledge(UsageAck ack, int? killedAfter = null) => Survive(killedAfter, () => _usage.Acknowledge(ack));

    public void Restart() => Start();

    public void LoseDisk()
    {
        if (Lives < MaxLives)
        {
            Lives++;
            (_storage, _snapshot) = (new(), null);
            Start();
        }
    }

    public void Snapshot() => _snapshot = _storage.Copy();

    public void PutBack()
    {
        if (_snapshot is not null)
        {
            WasPutBack = true;
            _storage = _snapshot.Copy();
            Start();
        }
    }

    private void Start()
    {
        _storage.FlushesLeft = null;
        _usage = new(_storage, new(Key), new ClockAlone(_time), NullLogger.Instance);
    }

    // Days pass here in a step: what happens every second is done by the test.
    private sealed class ClockAlone(TimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private T? Survive<T>(int? killedAfter, Func<T?> action)
    {
        _storage.FlushesLeft = killedAfter;
        try
        {
            return action();
        }
        catch (KilledException)
        {
            Start();
            return default;
        }
        finally
        {
            _storage.FlushesLeft = null;
        }
    }
}
