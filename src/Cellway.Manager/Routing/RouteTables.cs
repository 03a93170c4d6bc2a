using Cellway.Manager.Authority;
using Cellway.Manager.View;

namespace Cellway.Manager.Routing;

/// <summary>The route table of the newest view, computed once for all who ask.</summary>
internal sealed class RouteTables(NetworkAuthority authority)
{
    private readonly Lock _lock = new();
    private RouteTable? _newest;

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
