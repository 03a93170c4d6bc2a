using Cellway.Manager.View;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>Reads any period: those that the view keeps from there, older ones from the state.</summary>
internal sealed class UsageHistory(IStateStore store, StateKeys keys)
{
    /// <summary>Everything that was carried in a period, by Core.</summary>
    public async Task<IReadOnlyList<UsagePart>> PartsOfAsync(NetworkView view, UsagePeriod period, CancellationToken cancellationToken)
    {
        if (view.Usage.Keeps(period))
        {
            return view.Usage.PartsOf(period);
        }

        List<UsagePart> parts = [];
        foreach (var entry in (await store.ListAsync(keys.UsagePages(period), cancellationToken)).Entries)
        {
            var page = StateJson.Read<UsagePageRecord>(entry);
            parts.Add(UsagePart.Of(page.Core, page.Participant, period, page.Bytes));
        }

        return parts;
    }
}
