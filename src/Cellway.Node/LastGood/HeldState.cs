using System.Collections.Frozen;
using Cellway.Model.Contracts;

namespace Cellway.Node.LastGood;

/// <summary>The resources a node holds, and the revision of the state they come from. Immutable.</summary>
internal sealed record HeldState(long Revision, FrozenDictionary<string, Resource> Resources)
{
    public static HeldState Empty { get; } = new(0, FrozenDictionary<string, Resource>.Empty);

    /// <summary>The state after an update, and the names of what is new, different or gone.</summary>
    public (HeldState State, IReadOnlyCollection<string> Changed) After(Update update)
    {
        var next = update.Snapshot ? [] : new Dictionary<string, Resource>(Resources, StringComparer.Ordinal);
        foreach (var name in update.Removed)
        {
            next.Remove(name);
        }

        foreach (var resource in update.Set)
        {
            next[resource.Name] = resource;
        }

        var changed = new HashSet<string>(Resources.Keys.Where(name => !next.ContainsKey(name)), StringComparer.Ordinal);
        foreach (var (name, resource) in next)
        {
            if (!Resources.TryGetValue(name, out var before) || before.Version != resource.Version)
            {
                changed.Add(name);
            }
        }

        return (new(update.Revision, next.ToFrozenDictionary(StringComparer.Ordinal)), changed);
    }

    /// <summary>The same as a snapshot.</summary>
    public Update ToUpdate()
    {
        var update = new Update { Revision = Revision, Snapshot = true };
        update.Set.AddRange(Resources.Values);
        return update;
    }
}
