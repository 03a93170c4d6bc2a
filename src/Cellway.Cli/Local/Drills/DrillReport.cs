namespace Cellway.Cli.Local.Drills;

/// <summary>How a drill went.</summary>
/// <param name="Drill">Which.</param>
/// <param name="Done">What was done, to what.</param>
/// <param name="Loss">What users lost.</param>
internal sealed record DrillReport(string Drill, string Done, DrillLoss Loss);
