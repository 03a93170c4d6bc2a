using Cellway.Manager.View;
using Cellway.Model.Devices;

namespace Cellway.Manager.Accounting;

/// <summary>Collects the devices whose bytes or limits have changed, while this replica leads.</summary>
internal sealed class QuotaWatch : IViewFollower
{
    private readonly Lock _lock = new();
    private HashSet<DeviceNumber> _devices = [];
    private bool _collects;

    public void Apply(NetworkView view, ViewChanges changes)
    {
        lock (_lock)
        {
            if (_collects)
            {
                _devices.UnionWith(changes.Usage);
                _devices.UnionWith(changes.Devices.Select(c => DeviceNumber.Of((c.After ?? c.Before)!.Value.Id)));
            }
        }
    }

    /// <summary>Begins to collect, or ends.</summary>
    public void Collect(bool collects)
    {
        lock (_lock)
        {
            (_collects, _devices) = (collects, []);
        }
    }

    /// <summary>Those that have changed since the last call.</summary>
    public IReadOnlyCollection<DeviceNumber> Take()
    {
        lock (_lock)
        {
            var changed = _devices;
            _devices = [];
            return changed;
        }
    }
}
