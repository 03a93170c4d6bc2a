using Cellway.Manager.Incidents;
using Cellway.Model.Incidents;
using Cellway.Model.Regeneration;
using Cellway.Model.State;

namespace Cellway.Manager.Regeneration;

/// <summary>Tells a regeneration's steps on the timeline of its incident, in the transactions that make them.</summary>
internal static class RegenerationTimeline
{
    /// <param name="transaction">What makes the step.</param>
    /// <param name="store">Where the incident is.</param>
    /// <param name="keys">And by which key.</param>
    /// <param name="regeneration">Whose incident it is.</param>
    /// <param name="at">When.</param>
    /// <param name="by">Who.</param>
    /// <param name="what">What, in one line.</param>
    /// <param name="state">What becomes of the incident; <see langword="null"/> for nothing. A closed one stays closed.</param>
    /// <param name="cancellationToken">Stops before anything is added.</param>
    public static async Task TellAsync(
        StateTransaction transaction, IStateStore store, StateKeys keys, RegenerationRecord regeneration, DateTimeOffset at, string by, string what, IncidentState? state, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(keys.Incident(regeneration.Incident), cancellationToken) is not { } entry)
        {
            return; // an operator has deleted it by hand: the step is more important
        }

        var before = StateJson.Read<IncidentRecord>(entry);
        transaction.Change(keys, entry, state is { } next && before.State != IncidentState.Closed ? before.To(next, at, by, what) : before.With(at, by, what));
    }
}
