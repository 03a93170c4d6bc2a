using Cellway.Model.State;

namespace Cellway.Model.Identities;

/// <summary>The network itself.</summary>
public sealed record NetworkRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id, part of every identity and of every key; random.</summary>
    public required string Id { get; init; }

    /// <summary>The operator's name for it, shown to people.</summary>
    public required string Name { get; init; }

    /// <summary>What subscriptions tell people besides their ways in; <see langword="null"/> for the defaults.</summary>
    public SubscriptionSettings? Subscriptions { get; init; }

    /// <summary>The day of the month, 1 to 28, on which periods of accounting begin, at 00:00 UTC.</summary>
    public int PeriodDay { get; init; } = 1;

    /// <summary>URLs where nodes look for management when they find it nowhere; <see langword="null"/> for none.</summary>
    public IReadOnlyList<string>? Mirrors { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
