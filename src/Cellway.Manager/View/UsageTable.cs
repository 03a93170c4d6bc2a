using Cellway.Model.Devices;
using Cellway.Model.Usage;

namespace Cellway.Manager.View;

/// <summary>What devices, Cores and participants have moved, for the newest period that anything was counted in and the one before. Changed in place, as <see cref="AccountTable"/> is.</summary>
/// <remarks>
/// Written by the view's feed alone, read by everybody. Bytes are those that Cores have reported and the state has: what is
/// on its way is not here yet, a few seconds of traffic.
/// </remarks>
internal sealed class UsageTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, UsagePart> _parts = new(StringComparer.Ordinal);
    private readonly Dictionary<UsagePeriod, PeriodUsage> _periods = [];
    private readonly Dictionary<string, UsagePeriod> _open = new(StringComparer.Ordinal); // Cores whose own record holds bytes
    private UsagePeriod _newest;

    /// <summary>What a device has moved in a period.</summary>
    public TrafficBytes OfDevice(string device, UsagePeriod period) => OfDevice(DeviceNumber.Of(device), period);

    /// <summary>What a device has moved in a period.</summary>
    public TrafficBytes OfDevice(DeviceNumber device, UsagePeriod period)
    {
        lock (_lock)
        {
            return _periods.TryGetValue(period, out var known) ? known.Devices.GetValueOrDefault(device) : default;
        }
    }

    /// <summary>What a Core has carried in a period, what it lent included.</summary>
    public TrafficBytes OfCore(string core, UsagePeriod period) => Read(period, p => p.Cores.GetValueOrDefault(core).All);

    /// <summary>What a Core has carried for devices of other cells in a period.</summary>
    public TrafficBytes LentByCore(string core, UsagePeriod period) => Read(period, p => p.Cores.GetValueOrDefault(core).Lent);

    /// <summary>What a participant's Cores have carried in a period, what they lent included.</summary>
    public TrafficBytes OfParticipant(string participant, UsagePeriod period) => Read(period, p => p.Participants.GetValueOrDefault(participant).All);

    /// <summary>What a participant's Cores have carried for devices of other cells in a period: their reserve is about this.</summary>
    public TrafficBytes LentBy(string participant, UsagePeriod period) => Read(period, p => p.Participants.GetValueOrDefault(participant).Lent);

    /// <summary>Every line of a period, by Core: what is kept here.</summary>
    public IReadOnlyList<UsagePart> PartsOf(UsagePeriod period)
    {
        lock (_lock)
        {
            return [.. _parts.Values.Where(p => p.Period == period)];
        }
    }

    /// <summary>Whether all of a period is kept here.</summary>
    public bool Keeps(UsagePeriod period)
    {
        lock (_lock)
        {
            return period >= _newest.Previous;
        }
    }

    /// <summary>Whether a Core's own record holds bytes of a period before <paramref name="present"/>.</summary>
    public bool HasOpen(string core, UsagePeriod present)
    {
        lock (_lock)
        {
            return _open.TryGetValue(core, out var period) && period < present;
        }
    }

    /// <summary>Puts in what a record says, or takes it out.</summary>
    internal void Set(string path, CoreUsageRecord? record, ViewChanges changes)
    {
        if (record is not null)
        {
            SetOpen(record);
        }

        Set(path, record is null ? null : UsagePart.Of(record.Core, record.Participant, new(record.Period), record.Open), changes);
    }

    /// <summary>Puts in what a record says, or takes it out.</summary>
    internal void Set(string path, UsagePageRecord? record, ViewChanges changes) =>
        Set(path, record is null ? null : UsagePart.Of(record.Core, record.Participant, new(record.Period), record.Bytes), changes);

    private void Set(string path, UsagePart? part, ViewChanges changes)
    {
        lock (_lock)
        {
            if (_parts.Remove(path, out var before))
            {
                Add(before, -1, changes);
            }

            if (part is not null && IsKept(part.Period))
            {
                _parts[path] = part;
                Add(part, 1, changes);
            }
        }
    }

    private void SetOpen(CoreUsageRecord record)
    {
        lock (_lock)
        {
            if (record.Open.Count > 0)
            {
                _open[record.Core] = new(record.Period);
            }
            else
            {
                _open.Remove(record.Core);
            }
        }
    }

    private bool IsKept(UsagePeriod period)
    {
        if (period > _newest)
        {
            _newest = period;
            foreach (var old in _periods.Keys.Where(p => p < _newest.Previous).ToList())
            {
                _periods.Remove(old);
            }

            foreach (var (path, _) in _parts.Where(p => p.Value.Period < _newest.Previous).ToList())
            {
                _parts.Remove(path);
            }
        }

        return period >= _newest.Previous;
    }

    private void Add(UsagePart part, int sign, ViewChanges changes)
    {
        if (!_periods.TryGetValue(part.Period, out var period))
        {
            _periods[part.Period] = period = new();
        }

        foreach (var line in part.Lines)
        {
            changes.Usage.Add(line.Device);
            if (line.IsLent)
            {
                changes.Lent.Add(part.Participant);
            }
        }

        period.Add(part, sign);
    }

    private TrafficBytes Read(UsagePeriod period, Func<PeriodUsage, TrafficBytes> what)
    {
        lock (_lock)
        {
            return _periods.TryGetValue(period, out var known) ? what(known) : default;
        }
    }
}
