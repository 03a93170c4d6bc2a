using Cellway.Model.State;

namespace Cellway.Model.Participants;

/// <summary>A person who contributes servers.</summary>
public sealed record ParticipantRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The operator's name for them; a <see cref="Identities.Names.IsId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>Bytes a month they lend to devices of other cells; 0 lends nothing.</summary>
    public long ReserveBytesPerMonth { get; init; }

    /// <summary>When somebody began to remove them: nobody joins in their name any more.</summary>
    public DateTimeOffset? RemovedAt { get; init; }

    /// <summary>When they were added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
