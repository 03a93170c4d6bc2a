using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Routing;

/// <summary>Every route of one view: which Cores serve a device, and which route ids a Core serves.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<string, List<RouteId>> _byCore = new(StringComparer.Ordinal);
    private readonly NetworkView _view;
    private readonly RouteIds _ids;

    public RouteTable(NetworkView view, RouteIds ids)
    {
        _view = view;
        _ids = ids;
        var cores = new Dictionary<string, (List<NodeRecord> New, List<NodeRecord> Serving)>(StringComparer.Ordinal);
        foreach (var device in view.Devices.Values)
        {
            if (!RoutePlan.IsAdmitted(view, device))
            {
                continue;
            }

            if (!cores.TryGetValue(device.Cell, out var ofCell))
            {
                cores[device.Cell] = ofCell = (RoutePlan.CoresOf(view, device.Cell), RoutePlan.CoresServing(view, device.Cell));
            }

            foreach (var core in RoutePlan.Rank(device, ofCell.New))
            {
                Add(core, device);
            }

            foreach (var core in RoutePlan.Rank(device, ofCell.Serving).Where(c => c.State == NodeState.Draining))
            {
                Add(core, device);
            }
        }
    }

    public NetworkView View => _view;

    public IReadOnlyList<RouteId> RoutesOf(string core) => _byCore.TryGetValue(core, out var routes) ? routes : [];

    public IEnumerable<(NodeRecord Core, RouteId RouteId)> RoutesFor(DeviceRecord device) =>
        RoutePlan.IsAdmitted(_view, device)
            ? RoutePlan.Rank(device, RoutePlan.CoresOf(_view, device.Cell)).Select(core => (core, _ids.Of(device, core)))
            : [];

    private void Add(NodeRecord core, DeviceRecord device)
    {
        if (!_byCore.TryGetValue(core.Id, out var routes))
        {
            _byCore[core.Id] = routes = [];
        }

        routes.Add(_ids.Of(device, core));
    }
}
