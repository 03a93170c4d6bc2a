using System.Diagnostics.Metrics;
using Cellway.Manager.View;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>How many incidents go on.</summary>
internal sealed class IncidentMetrics
{
    public IncidentMetrics(IMeterFactory meters, NetworkViewFeed feed)
    {
        var meter = meters.Create(ViewMetrics.MeterName);
        meter.CreateObservableGauge(
            "cellway.incidents",
            () => Enum.GetValues<IncidentState>().Where(s => s != IncidentState.Closed).Select(state => new Measurement<int>(
                feed.Current.Incidents.Values.Count(i => i.State == state), new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()))),
            "{incident}",
            "Incidents that are not closed");
    }
}
