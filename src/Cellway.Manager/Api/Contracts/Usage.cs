namespace Cellway.Manager.Api;

/// <summary>What has been carried in a period.</summary>
/// <param name="Period">Its first day, like <c>2026-11-01</c>.</param>
/// <param name="Ends">When it is over.</param>
/// <param name="Rows">One for each device, Core or participant that was asked for, those with the most bytes first.</param>
/// <param name="BytesUp">Bytes of all rows from clients.</param>
/// <param name="BytesDown">Bytes of all rows to clients.</param>
public sealed record UsageInfo(string Period, DateTimeOffset Ends, IReadOnlyList<UsageRow> Rows, long BytesUp, long BytesDown);

/// <summary>Bytes of payload, as Cores count them: what they handed to destinations and took from them. No header of any protocol is in it.</summary>
/// <param name="Device">The device, in rows of one; <c>former</c> for those that are gone.</param>
/// <param name="User">Whose it is, if it is still there.</param>
/// <param name="Name">The owner's name for it, if it is still there.</param>
/// <param name="Core">The Core, in rows of one.</param>
/// <param name="Participant">The participant, in rows of a Core's or of their own.</param>
/// <param name="BytesUp">From clients to destinations.</param>
/// <param name="BytesDown">From destinations to clients.</param>
/// <param name="BytesLent">Both together, of devices whose home is another cell.</param>
/// <param name="BytesPerMonth">What the device may move, or the participant lends, in a period; null: any number, or not limited here.</param>
/// <param name="Spent">Whether nothing of that is left.</param>
public sealed record UsageRow(
    string? Device, string? User, string? Name, string? Core, string? Participant, long BytesUp, long BytesDown, long BytesLent, long? BytesPerMonth, bool Spent);
