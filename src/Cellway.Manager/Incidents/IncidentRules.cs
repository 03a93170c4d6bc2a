using Cellway.Model.Identities;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>How a finding changes an incident: opens it, makes it worse or milder, mitigates, reopens and closes it. Pure.</summary>
internal static class IncidentRules
{
    public const string Detector = "detector";

    /// <param name="incident">The one of this cell and subject that is not closed, if there is one.</param>
    /// <param name="finding">What is found now.</param>
    /// <param name="options">The rules.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The incident as it is to be; <see langword="null"/> for no change.</returns>
    public static IncidentRecord? Next(IncidentRecord? incident, Finding finding, IncidentOptions options, DateTimeOffset now) => incident switch
    {
        null => finding.Kind is null ? null : Open(finding, now),
        { HeldByOperator: true } or { State: IncidentState.Closed } => null,
        { State: IncidentState.Open } => WhileOpen(incident, finding, options, now),
        _ => WhileMitigated(incident, finding, options, now),
    };

    private static IncidentRecord Open(Finding finding, DateTimeOffset now) => new IncidentRecord
    {
        Id = Names.NewId(),
        Cell = finding.Cell,
        Subject = finding.Subject,
        Domain = finding.Domain,
        Kind = finding.Kind!.Value,
        State = IncidentState.Open,
        StateSince = now,
        OpenedAt = now,
        BeganAt = finding.Since,
        Explanation = finding.Explanation,
        Witnesses = finding.Witnesses,
        Timeline = [],
    }.With(now, Detector, $"{Say(finding.Kind.Value)}: {finding.Explanation}");

    private static IncidentRecord? WhileOpen(IncidentRecord incident, Finding finding, IncidentOptions options, DateTimeOffset now)
    {
        var over = finding.OverSince(incident.Kind) is { } since && now - since >= options.ClearAfter;
        if (finding.Kind is not { } kind)
        {
            return over ? incident.To(IncidentState.Mitigated, now, Detector, $"It has been over for {Minutes(now - finding.OverSince(incident.Kind)!.Value)}.") : null;
        }

        // Milder only once most have been well for long: until then it is the same trouble, seen by fewer.
        return kind > incident.Kind || (kind < incident.Kind && over)
            ? Judged(incident, finding).With(now, Detector, $"Now {Say(kind)}: {finding.Explanation}")
            : null;
    }

    private static IncidentRecord? WhileMitigated(IncidentRecord incident, Finding finding, IncidentOptions options, DateTimeOffset now) =>
        finding.Kind is { } kind
            ? Judged(incident, finding).To(IncidentState.Open, now, Detector, $"It is back, {Say(kind)}: {finding.Explanation}")
            : now - incident.StateSince >= options.CloseAfter
                ? incident.To(IncidentState.Closed, now, Detector, $"It has not come back for {Minutes(now - incident.StateSince)}.")
                : null;

    private static IncidentRecord Judged(IncidentRecord incident, Finding finding) =>
        incident with { Kind = finding.Kind!.Value, Explanation = finding.Explanation, Witnesses = finding.Witnesses };

    private static string Say(IncidentKind kind) => kind switch
    {
        IncidentKind.Slow => "slow",
        IncidentKind.BlockedInPlaces => "blocked in places",
        IncidentKind.Stalls => "connections freeze",
        _ => "blocked",
    };

    private static string Minutes(TimeSpan time) => $"{(int)time.TotalMinutes} min";
}
