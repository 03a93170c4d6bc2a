namespace Cellway.Manager.Api;

/// <summary>Where nodes find the management plane; goes into join tokens and to attached nodes. Known once the listeners are.</summary>
internal sealed class ManagementAddresses
{
    private IReadOnlyList<string> _forNodes = [];

    /// <summary>host:port of every way in for nodes.</summary>
    public IReadOnlyList<string> ForNodes
    {
        get => Volatile.Read(ref _forNodes);
        set => Volatile.Write(ref _forNodes, value);
    }
}
