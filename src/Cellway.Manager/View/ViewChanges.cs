using Cellway.Model.Devices;

namespace Cellway.Manager.View;

/// <summary>What differs between two views, so that whoever hangs on the view computes only that anew.</summary>
internal sealed class ViewChanges
{
    /// <summary>The view was read anew as a whole: nothing computed before holds.</summary>
    public bool Everything { get; init; }

    public List<RowChange> Devices { get; } = [];

    public HashSet<string> Users { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Cells { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes whose record or session is new, different or gone.</summary>
    public HashSet<string> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Participants whose record is new, different or gone, or whose reserve is used up or no longer so.</summary>
    public HashSet<string> Participants { get; } = new(StringComparer.Ordinal);

    /// <summary>Devices that have moved bytes.</summary>
    public HashSet<DeviceNumber> Usage { get; } = [];

    /// <summary>Participants who have lent bytes.</summary>
    public HashSet<string> Lent { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries whose report is new, different or gone.</summary>
    public HashSet<string> EntryReports { get; } = new(StringComparer.Ordinal);

    /// <summary>Roots, revocations or management's endpoints.</summary>
    public bool Trust { get; set; }
}
