namespace Cellway.Manager.Routing;

/// <summary>The Cores among which a cell's devices have theirs: its own, and those that other cells lend while its own do not carry them. Immutable.</summary>
/// <param name="Near">For devices that are at home.</param>
/// <param name="Far">For those that are not.</param>
/// <param name="FarIsLent">Whether those are of other cells.</param>
/// <param name="Share">How many of <see cref="Whole"/> parts of the devices are at home.</param>
internal sealed record Ways(PlannedCore[] Near, PlannedCore[] Far, bool FarIsLent, int Share)
{
    /// <summary>All devices.</summary>
    public const int Whole = 1024;

    /// <summary>No Cores at all.</summary>
    public static Ways None { get; } = new([], [], false, Whole);

    /// <summary>Whether the device is at home.</summary>
    public bool IsNear(ulong device) => Share == Whole || RouteScore.PartOf(device) < Share;

    /// <summary>The Cores of a device, the best first.</summary>
    public BestCores Of(ulong device, ulong pin) =>
        IsNear(device) ? BestCores.Of(device, Near, new(false, pin)) : BestCores.Of(device, Far, new(FarIsLent, pin));

    public bool IsSameAs(Ways other) =>
        Share == other.Share && FarIsLent == other.FarIsLent && Near.AsSpan().SequenceEqual(other.Near) && Far.AsSpan().SequenceEqual(other.Far);
}
