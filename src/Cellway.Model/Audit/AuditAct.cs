using Cellway.Model.State;

namespace Cellway.Model.Audit;

/// <summary>What somebody has done to the network, or was refused. Never a secret, an address or a destination.</summary>
public sealed record AuditAct : IStateRecord
{
    /// <summary>The outcome of what was done.</summary>
    public const string Done = "done";

    /// <summary>The outcome of what there was nothing to do for.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>The most characters of <see cref="Detail"/>.</summary>
    public const int MaxDetail = 200;

    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>When, by the clock of the replica that did it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who, as <c>kind/id</c>: <c>operator/…</c>, <c>core/…</c>, <c>entry/…</c>, <c>token/…</c>, <c>pod/…</c>, <c>planner/…</c>, <c>replica/…</c>.</summary>
    public required string Who { get; init; }

    /// <summary>What, in the words of the command line: <c>node revoke</c>.</summary>
    public required string What { get; init; }

    /// <summary>To what, as its key below the network's prefix: <c>nodes/…</c>; <see langword="null"/> for the network itself.</summary>
    public string? Subject { get; init; }

    /// <summary><see cref="Done"/>, <see cref="Unchanged"/>, or why it was refused.</summary>
    public string Outcome { get; init; } = Done;

    /// <summary>What else must be known to understand it, such as a certificate's serial.</summary>
    public string? Detail { get; init; }

    /// <summary>How many times, for what is only counted.</summary>
    public long Count { get; init; } = 1;
}
