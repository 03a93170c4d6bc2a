using System.Collections.Concurrent;

namespace Cellway.EndToEndTests.Faults;

/// <summary>The devices that clients know, with the credentials that they were told, the newest last.</summary>
internal sealed class Devices
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> _credentials = new();

    public int Count => _credentials.Count;

    public void Add(string id, byte[] credential) => _credentials.GetOrAdd(id, _ => new()).Enqueue(credential);

    public void Remove(string id) => _credentials.TryRemove(id, out _);

    public string? Any(Random random)
    {
        string[] ids = [.. _credentials.Keys];
        return ids.Length == 0 ? null : ids[random.Next(ids.Length)];
    }

    /// <summary>A device by its newest credential, or by an earlier one.</summary>
    public (string Id, byte[] Credential)? AnyCredential(Random random) =>
        Any(random) is { } id && _credentials.TryGetValue(id, out var known) && known.ToArray() is { Length: > 0 } credentials
            ? (id, random.Next(4) > 0 ? credentials[^1] : credentials[random.Next(credentials.Length)])
            : null;
}
