namespace Cellway.DataPlane.Cover;

/// <summary>What a subscription fetch is answered with.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Headers; <c>server</c>, <c>date</c>, <c>content-length</c> and <c>content-encoding</c> are the Entry's own.</param>
/// <param name="Body">The body, also for <c>HEAD</c>, of which only the length is used then. Not compressed yet.</param>
/// <param name="Coding">How it is to be compressed.</param>
public sealed record SubscriptionResponse(
    int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body, SubscriptionCoding Coding = SubscriptionCoding.None)
{
    /// <summary>Management could not be asked.</summary>
    public static SubscriptionResponse Unavailable { get; } = new(502, [], ReadOnlyMemory<byte>.Empty);
}
