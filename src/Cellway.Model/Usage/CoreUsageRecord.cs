using System.Text.Json.Serialization;
using Cellway.Model.State;

namespace Cellway.Model.Usage;

/// <summary>How far the reports of one Core have been applied, and what they have brought since the last of its pages was written.</summary>
/// <remarks>One write of this record applies one report: its mark and its bytes change together or not at all.</remarks>
public sealed record CoreUsageRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The Core.</summary>
    public required string Core { get; init; }

    /// <summary>Who brought it.</summary>
    public required string Participant { get; init; }

    /// <summary>The epoch of the last report applied; 0 before the first.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The sequence of the last report applied.</summary>
    public ulong Sequence { get; init; }

    /// <summary>The epochs before it, the newest first; 16 at most. A report of one of them comes from an old copy of the Core's ledger.</summary>
    public IReadOnlyList<ulong> PastEpochs { get; init => field = value ?? []; } = [];

    /// <summary>When that was, by management's clock.</summary>
    public required DateTimeOffset AppliedAt { get; init; }

    /// <summary>The first day of the period that <see cref="Open"/> belongs to.</summary>
    public required DateOnly Period { get; init; }

    /// <summary>When <see cref="Open"/> was last moved into a page.</summary>
    public required DateTimeOffset PagedAt { get; init; }

    /// <summary>Whether this period's pages are split by the first character of the device.</summary>
    public bool Split { get; init; }

    /// <summary>What no page has yet. It adds to the pages.</summary>
    public DeviceBytes Open { get; init => field = value ?? DeviceBytes.Empty; } = DeviceBytes.Empty;

    /// <summary>The last report applied.</summary>
    [JsonIgnore]
    public UsageMark Mark => new(Epoch, Sequence);

    /// <summary>Whether a report of that epoch has ever been applied.</summary>
    public bool Knows(ulong epoch) => epoch == Epoch || PastEpochs.Contains(epoch);
}
