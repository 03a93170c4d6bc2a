namespace Cellway.Cli.Local.Drills;

/// <summary>One request of one client.</summary>
/// <param name="Client">Whose.</param>
/// <param name="Begun">When it was sent, in ticks of the clock.</param>
/// <param name="Ended">When it was answered or given up.</param>
/// <param name="Answered">Whether it was answered.</param>
internal readonly record struct DrillRequest(int Client, long Begun, long Ended, bool Answered);
