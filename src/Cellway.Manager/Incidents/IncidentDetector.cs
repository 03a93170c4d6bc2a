using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>Judges every domain of the network, as a pure function of what is known at one moment.</summary>
internal static class IncidentDetector
{
    public static IReadOnlyList<Finding> Judge(NetworkPicture picture, IncidentOptions options, DateTimeOffset now)
    {
        List<Finding> findings = [];
        foreach (var cell in picture.Cells)
        {
            var exit = ExitJudge.Judge(cell, picture, options, now);
            findings.Add(exit);
            findings.Add(EntryJudge.Judge(cell, picture, exit.ServesMostSince is not null && exit.Kind is null or IncidentKind.Slow, options, now));
        }

        return findings;
    }
}
