namespace Cellway.Manager.Routing;

/// <summary>A route, and where the accounts have its device.</summary>
/// <param name="Route">What the Core is told.</param>
/// <param name="Slot">The device's slot.</param>
internal readonly record struct MadeRoute(ToldRoute Route, int Slot)
{
    public byte Shard => Route.Id.FirstByte;
}
