namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>One thing that a thief has tried.</summary>
/// <param name="What">What.</param>
/// <param name="CameBack">What came back.</param>
/// <param name="Gained">Whether that was of use to the thief: it fails the drill.</param>
internal sealed record ThiefAttempt(string What, string CameBack, bool Gained);
