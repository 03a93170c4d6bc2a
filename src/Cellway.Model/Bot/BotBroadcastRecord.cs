using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>A message to many. It goes to people in the order of their hashes, and says how far it has come.</summary>
public sealed record BotBroadcastRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id; random.</summary>
    public required string Id { get; init; }

    /// <summary>The operator who sends it.</summary>
    public required string By { get; init; }

    /// <summary><c>users</c>, <c>participants</c> or <c>cell</c>.</summary>
    public required string Audience { get; init; }

    /// <summary>Which cell, if it is to one.</summary>
    public string? Cell { get; init; }

    /// <summary>What it says, sealed.</summary>
    public required byte[] Words { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many it was to go to, when it was begun.</summary>
    public required int Planned { get; init; }

    /// <summary>Everybody up to this hash has been dealt with.</summary>
    public string Cursor { get; init; } = "";

    /// <summary>And these after it.</summary>
    public IReadOnlyList<string> Ahead { get; init; } = [];

    /// <summary>How many have got it.</summary>
    public int Sent { get; init; }

    /// <summary>How many could not be written to.</summary>
    public int Failed { get; init; }

    /// <summary>When it was over, or called off.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it was called off.</summary>
    public bool Cancelled { get; init; }
}
