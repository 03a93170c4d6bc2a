using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Replicas;
using Cellway.Model.State;

namespace Cellway.Manager.Replicas;

/// <summary>Remembers where management has been reachable, and forgets what has long been gone.</summary>
/// <remarks>Long, because a node that was away for a week must still find somebody; not for ever, because each dead endpoint is a vain attempt of every node.</remarks>
internal sealed class EndpointPlanner(IStateStore store, StateKeys keys, NetworkViewFeed feed, TimeProvider time, ReplicaLog log) : IPlanner
{
    internal static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(14);
    internal static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private static readonly TimeSpan SeenToTheDay = TimeSpan.FromDays(1);

    public string Name => "endpoints";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            var view = feed.Current;
            var served = view.Replicas.Values.SelectMany(r => r.Endpoints).ToHashSet(StringComparer.Ordinal);
            foreach (var id in view.Endpoints.Keys)
            {
                await LookAtAsync(id, served, term, lost);
            }

            await Task.Delay(Every, time, lost);
        }
    }

    private async Task LookAtAsync(string id, HashSet<string> served, LeaderTerm term, CancellationToken lost)
    {
        if (await store.GetAsync(keys.Endpoint(id), lost) is not { } entry)
        {
            return;
        }

        var record = StateJson.Read<EndpointRecord>(entry);
        var now = time.GetUtcNow();
        if (served.Contains(record.Endpoint))
        {
            if (now - record.SeenAt >= SeenToTheDay)
            {
                await term.CommitAsync(new StateTransaction().Replace(entry, StateJson.Write(record with { SeenAt = now })), lost);
            }
        }
        else if (now - record.SeenAt >= ForgetAfter
            && (await term.CommitAsync(new StateTransaction().Require(entry.Key, entry.ModRevision).Delete(entry.Key), lost)).Succeeded)
        {
            log.EndpointForgotten(record.Endpoint, record.SeenAt);
        }
    }
}
