namespace Cellway.DataPlane.Cover;

/// <summary>What a subscription fetch is answered with.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Headers; <c>server</c>, <c>date</c> and <c>content-length</c> are the Entry's own.</param>
/// <param name="Body">The body, also for <c>HEAD</c>, of which only the length is used then.</param>
public sealed record SubscriptionResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>Management could not be asked: the client sees what a web server says of a dead upstream.</summary>
    public static SubscriptionResponse Unavailable { get; } = new(502, [], ReadOnlyMemory<byte>.Empty);
}
