namespace Cellway.Manager.Leadership;

/// <summary>Work that one replica does for all of them: exactly one at a time, continued by another when that one goes.</summary>
/// <remarks>
/// What has been done must be in the state: each step reads it, decides, and writes its outcome with <see cref="LeaderTerm.CommitAsync"/>.
/// A new leader then goes on where the last one stopped, and one that only believes to lead writes nothing.
/// </remarks>
internal interface IPlanner
{
    /// <summary>For the log.</summary>
    string Name { get; }

    /// <summary>Works until <paramref name="lost"/>. When it returns or throws before, it is called again after a while.</summary>
    /// <param name="term">Writes as the leader.</param>
    /// <param name="lost">This replica no longer leads, or stops.</param>
    Task RunAsync(LeaderTerm term, CancellationToken lost);
}
