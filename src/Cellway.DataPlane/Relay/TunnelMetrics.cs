using System.Diagnostics.Metrics;

namespace Cellway.DataPlane.Relay;

/// <summary>The meters of one tunnel server. Tags are bounded: directions and outcomes, never names.</summary>
internal sealed class TunnelMetrics
{
    private readonly Histogram<double> _opens;
    private readonly Counter<long> _refused;

    /// <param name="meters">Makes the meter.</param>
    /// <param name="name">The meter's name, and the prefix of its instruments.</param>
    /// <param name="openName">What the server opens for a session: <c>core.open</c> or <c>dial</c>.</param>
    /// <param name="sessions">Where the totals are.</param>
    public TunnelMetrics(IMeterFactory meters, string name, string openName, SessionTable sessions)
    {
        var meter = meters.Create(name);
        _opens = meter.CreateHistogram<double>($"{name}.{openName}.duration", "s", "Time until it was open, or known not to be.");
        _refused = meter.CreateCounter<long>($"{name}.requests.refused", "{request}", "Requests on the tunnel's path that the cover site answered.");
        meter.CreateObservableUpDownCounter($"{name}.sessions.active", () => sessions.Active, "{session}", "Sessions open now.");
        meter.CreateObservableCounter($"{name}.sessions", () => sessions.Total, "{session}", "Sessions opened.");
        meter.CreateObservableCounter(
            $"{name}.bytes",
            () => new Measurement<long>[]
            {
                new(sessions.Bytes.Up, new KeyValuePair<string, object?>("direction", "up")),
                new(sessions.Bytes.Down, new KeyValuePair<string, object?>("direction", "down")),
            },
            "By",
            "Bytes carried.");
    }

    public void Opened(TimeSpan duration, string outcome) =>
        _opens.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void Refused() => _refused.Add(1);
}
