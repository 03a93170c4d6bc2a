namespace Cellway.Model.Cells;

/// <summary>A gRPC service name that a hop answers to, and its life.</summary>
/// <remarks>Letters, digits and dots only, and one plain path segment, so that every client asks for the same bytes (wire.md 2.2).</remarks>
public sealed record ServiceName
{
    /// <summary>How every name begins; it looks like the API of an ordinary application.</summary>
    public const string Prefix = "api.v2.rpc.";

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Which one of its hop it is: 1, 2, 3…</summary>
    public long Generation { get; init; }

    /// <summary>From when on it is accepted.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>From when on it is the one to ask for, until the next one is. Never before <see cref="NotBefore"/>.</summary>
    public DateTimeOffset AnnouncedAt { get; init; }

    /// <summary>Until when it is accepted; <see langword="null"/> while too little is planned after it to say.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>An operator has ended its life early: nothing makes it longer again.</summary>
    public bool Withdrawn { get; init; }

    /// <summary>Whether the name is accepted at <paramref name="now"/>.</summary>
    public bool IsAccepted(DateTimeOffset now) => now >= NotBefore && (NotAfter is null || now < NotAfter);

    /// <summary>The name to ask for: the newest that has been announced. With a clock that is so wrong that none has been, the first that is accepted.</summary>
    /// <param name="names">The names of one hop, the newest last.</param>
    /// <param name="now">By the clock of whoever asks.</param>
    public static ServiceName? Newest(IReadOnlyList<ServiceName> names, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(names);
        ServiceName? first = null;
        for (var i = names.Count - 1; i >= 0; i--)
        {
            if (names[i].IsAccepted(now))
            {
                if (names[i].AnnouncedAt <= now)
                {
                    return names[i];
                }

                first = names[i];
            }
        }

        return first;
    }
}
