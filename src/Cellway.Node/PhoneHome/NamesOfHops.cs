using Cellway.Model.Contracts;
using ServiceName = Cellway.Model.Cells.ServiceName;

namespace Cellway.Node.PhoneHome;

/// <summary>Service names as management sends them.</summary>
public static class NamesOfHops
{
    /// <summary>The names of one hop, by cell.</summary>
    /// <param name="resources">All that the node holds.</param>
    /// <param name="hop">The names in a resource; <see langword="null"/> for one of another kind.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<ServiceName>> In(IEnumerable<Resource> resources, Func<Resource, ServiceNames?> hop)
    {
        ArgumentNullException.ThrowIfNull(resources);
        return resources.Select(hop).OfType<ServiceNames>().ToDictionary(
            n => n.CellId, IReadOnlyList<ServiceName> (n) => [.. n.Names.Select(ToModel)], StringComparer.Ordinal);
    }

    private static ServiceName ToModel(Model.Contracts.ServiceName message) => new()
    {
        Name = message.Name,
        NotBefore = DateTimeOffset.FromUnixTimeSeconds(message.NotBefore),
        AnnouncedAt = DateTimeOffset.FromUnixTimeSeconds(message.AnnouncedAt),
        NotAfter = message.NotAfter == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(message.NotAfter),
    };
}
