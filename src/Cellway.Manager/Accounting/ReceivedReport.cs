using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.Nodes;
using Cellway.Model.Usage;
using Grpc.Core;
using UsageMark = Cellway.Model.Usage.UsageMark;

namespace Cellway.Manager.Accounting;

/// <summary>A report that is one, and how to answer it.</summary>
internal sealed record ReceivedReport(
    NodeRecord Core, UsageMark Mark, UsageMark After, DateOnly Day, IReadOnlyList<(RouteId Route, TrafficBytes Bytes)> Routes, Action<UsageAck> Answer)
{
    private const int MaxRoutes = 4096;
    private const ulong MaxBytes = 1UL << 46; // 70 TB on one route between two reports: what is more is no count

    /// <summary>Its place among those that wait: the longer it does, the lower.</summary>
    public long Order { get; init; }

    /// <summary>How often a write that it was part of was refused.</summary>
    public int Refusals { get; init; }

    /// <summary>Whether it is written without others, because they may be the reason.</summary>
    public bool IsAlone => Refusals > 1;

    /// <exception cref="RpcException">It is none.</exception>
    public static ReceivedReport Read(NodeRecord core, UsageReport report, Action<UsageAck> answer)
    {
        if (report is not { Mark: { Epoch: > 0, Sequence: > 0 and < long.MaxValue }, Period: > 0, Routes.Count: > 0 and <= MaxRoutes }
            || report.Period > DateOnly.MaxValue.DayNumber
            || report.Routes.Any(r => r.RouteId.Length != RouteId.Length || r.BytesUp > MaxBytes || r.BytesDown > MaxBytes))
        {
            throw new RpcException(new(StatusCode.InvalidArgument, "a usage report has a mark, a period, and what up to 4096 routes have carried"));
        }

        return new(
            core,
            new(report.Mark.Epoch, report.Mark.Sequence),
            report.After is null ? UsageMark.None : new(report.After.Epoch, report.After.Sequence),
            DateOnly.FromDayNumber(report.Period),
            [.. report.Routes.Select(r => (new RouteId(r.RouteId.Span), new TrafficBytes((long)r.BytesUp, (long)r.BytesDown)))],
            answer);
    }

    /// <summary>Says what has been applied.</summary>
    public void Reply(CoreUsageRecord? books) => Answer(new()
    {
        Of = new() { Epoch = Mark.Epoch, Sequence = Mark.Sequence },
        Applied = new() { Epoch = books?.Epoch ?? 0, Sequence = books?.Sequence ?? 0 },
        KnowsEpoch = books?.Knows(Mark.Epoch) ?? false,
    });
}
