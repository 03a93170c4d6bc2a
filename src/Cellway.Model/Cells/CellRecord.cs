using Cellway.Model.State;

namespace Cellway.Model.Cells;

/// <summary>The unit of isolation: one entry domain that clients see, one exit domain that Entries send to every Core of the cell.</summary>
public sealed record CellRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The operator's name for it; a <see cref="Identities.Names.IsId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>What clients send as SNI.</summary>
    public required string EntryDomain { get; init; }

    /// <summary>What Entries send as SNI to every Core.</summary>
    public required string ExitDomain { get; init; }

    /// <summary>Where it stands.</summary>
    public required CellState State { get; init; }

    /// <summary>Where clients reach the entry layer, as host:port; empty means the entry domain, port 443.</summary>
    public IReadOnlyList<string> EntryAddresses { get; init; } = [];

    /// <summary>Shown for the entry domain.</summary>
    public required WebCertificateRecord EntryCertificate { get; init; }

    /// <summary>Shown to strangers for the exit domain.</summary>
    public required WebCertificateRecord ExitCertificate { get; init; }

    /// <summary>The path segment below which Entries relay subscriptions; random, because a guessable one can be probed for.</summary>
    public required string SubscriptionPath { get; init; }

    /// <summary>How clients speak to Entries; <see langword="null"/> for <see cref="TransportProfile.Default"/>.</summary>
    public TransportProfile? Transport { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when the exit domain has been blocked, judged or said by an operator; <see langword="null"/> while it is not. Routes keep away from the cell's Cores.</summary>
    public DateTimeOffset? ExitBlockedSince { get; init; }

    /// <summary>The same of the entry domain: subscriptions hand out other cells' entries first.</summary>
    public DateTimeOffset? EntryBlockedSince { get; init; }

    /// <summary>Where clients reach the entry layer: <see cref="EntryAddresses"/>, or the entry domain on port 443.</summary>
    public IReadOnlyList<HostPort> WaysIn() =>
        EntryAddresses.Count == 0
            ? [new(EntryDomain, 443)]
            : [.. EntryAddresses.Select(a => HostPort.TryParse(a, out var way) ? way : throw new InvalidDataException($"Cell {Id} has the entry address {a}, which is not host:port."))];
}
