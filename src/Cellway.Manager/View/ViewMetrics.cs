using System.Diagnostics.Metrics;

namespace Cellway.Manager.View;

/// <summary>What the view tells whoever watches this replica.</summary>
internal sealed class ViewMetrics
{
    public const string MeterName = "Cellway.Manager";

    public ViewMetrics(IMeterFactory meters, NetworkViewFeed feed)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("cellway.view.unreadable", () => feed.Current.Unreadable.Count, "{record}", "Records that cannot be read; anything but 0 needs a person");
        meter.CreateObservableGauge("cellway.view.revision", () => feed.Current.Revision, "{revision}", "The state's revision this replica has seen");
        meter.CreateObservableGauge("cellway.view.devices", () => feed.Current.Accounts.Devices, "{device}", "Devices in the view");
        meter.CreateObservableGauge("cellway.view.sessions", () => feed.Current.Sessions.Count, "{session}", "Nodes attached to any replica");
    }
}
