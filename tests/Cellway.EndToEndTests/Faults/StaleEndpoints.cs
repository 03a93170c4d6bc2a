using System.Globalization;
using Cellway.Model.Replicas;
using Cellway.Model.State;

namespace Cellway.EndToEndTests.Faults;

/// <summary>Work for the next leader: addresses where no replica has served for long, which it deletes one by one as soon as it leads.</summary>
internal sealed class StaleEndpoints(IStateStore store, StateKeys keys)
{
    private const int Together = 50;

    private int _made;

    /// <returns>Where they are; fewer than asked for, or none, when the store does not take writes now.</returns>
    public async Task<IReadOnlyList<string>> MakeAsync(int count, CancellationToken cancellationToken)
    {
        List<string> made = [];
        try
        {
            for (var left = count; left > 0; left -= Together)
            {
                var transaction = new StateTransaction();
                string[] some = [.. Enumerable.Range(0, Math.Min(left, Together)).Select(_ => string.Create(CultureInfo.InvariantCulture, $"gone-{++_made}.example:7443"))];
                foreach (var endpoint in some)
                {
                    var record = new EndpointRecord { Endpoint = endpoint, SeenAt = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(30) };
                    transaction.Create(keys.Endpoint(endpoint), StateJson.Write(record));
                }

                await store.CommitAsync(transaction, cancellationToken);
                made.AddRange(some);
            }
        }
        catch (StateUnavailableException)
        {
            // Then there is less to do.
        }

        return made;
    }

    /// <summary>Whether a leader has begun on them.</summary>
    public async Task<bool> IsBegunAsync(IReadOnlyList<string> endpoints, CancellationToken cancellationToken) =>
        (await store.ListAsync(keys.Prefix + StateKeys.Folders.Endpoints + "gone-", cancellationToken)).Entries.Count < endpoints.Count;
}
