using Cellway.Manager.Authority;
using Cellway.Manager.View;

namespace Cellway.Manager.Routing;

/// <summary>The route table of the newest view, computed once for all who ask.</summary>
internal sealed class RouteTables(NetworkAuthority authority)
{
    private readonly Lock _lock = new();
    private RouteTable? _newest;

    /// <summary>The table of <paramref name="view"/>, or of a newer one that somebody else has asked about: see <see cref="RouteTable.View"/>.</summary>
    public RouteTable For(NetworkView view)
    {
        lock (_lock)
        {
            if (_newest is null || _newest.View.Revision < view.Revision)
            {
                _newest = new(view, authority.RouteIds);
            }

            return _newest;
        }
    }
}
