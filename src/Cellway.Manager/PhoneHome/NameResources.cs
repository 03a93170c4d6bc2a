using Cellway.Model.Cells;
using Cellway.Model.Contracts;

namespace Cellway.Manager.PhoneHome;

/// <summary>A cell's service names as nodes get them. Entries and Cores of a cell hold the same bytes of the hop between them.</summary>
internal sealed class NameResources(RotationRecord record)
{
    public RotationRecord Record => record;

    public Resource OfEntries { get; } = Resources.Of(Resources.EntryNames(record.Cell), r => r.EntryNames = MessageOf(record.Cell, record.EntryNames));

    public Resource OfCores { get; } = Resources.Of(Resources.ExitNames(record.Cell), r => r.ExitNames = MessageOf(record.Cell, record.ExitNames));

    private static ServiceNames MessageOf(string cell, IEnumerable<Model.Cells.ServiceName> names)
    {
        var message = new ServiceNames { CellId = cell };
        message.Names.AddRange(names.Select(n => new Model.Contracts.ServiceName
        {
            Name = n.Name,
            NotBefore = n.NotBefore.ToUnixTimeSeconds(),
            AnnouncedAt = n.AnnouncedAt.ToUnixTimeSeconds(),
            NotAfter = n.NotAfter?.ToUnixTimeSeconds() ?? 0,
        }));
        return message;
    }
}
