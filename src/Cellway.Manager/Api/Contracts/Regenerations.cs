namespace Cellway.Manager.Api;

/// <summary>The replacement of a cell to begin.</summary>
/// <param name="EntryDomain">The new cell's entry domain; null with <paramref name="Into"/>.</param>
/// <param name="ExitDomain">The new cell's exit domain; null with <paramref name="Into"/>.</param>
/// <param name="Name">The new cell's name; null for the old one with the next number.</param>
/// <param name="EntryAddresses">Where clients reach the new cell's entry layer; empty for the entry domain, port 443.</param>
/// <param name="Into">A cell that is forming already, instead of a new one.</param>
/// <param name="ReadyCores">How many of its Cores must be ready before devices move, 1 to 1,000; null for half of what the old cell has.</param>
/// <param name="DevicesPerSecond">How many devices move at most in a second, 1 to 10,000; null for 200.</param>
/// <param name="Grace">How long the old cell stays after the last device has moved, up to 30 days; null for 72 hours.</param>
public sealed record NewRegeneration(
    string? EntryDomain = null, string? ExitDomain = null, string? Name = null, IReadOnlyList<string>? EntryAddresses = null, string? Into = null,
    int? ReadyCores = null, int? DevicesPerSecond = null, TimeSpan? Grace = null);

/// <summary>A change to a replacement that is under way; what is null stays.</summary>
/// <param name="ReadyCores">See <see cref="NewRegeneration"/>.</param>
/// <param name="DevicesPerSecond">See <see cref="NewRegeneration"/>.</param>
/// <param name="Grace">See <see cref="NewRegeneration"/>.</param>
public sealed record RegenerationChange(int? ReadyCores = null, int? DevicesPerSecond = null, TimeSpan? Grace = null);

/// <summary>Join tokens to make for the participants of the old cell: as many as they had Cores, less those that they can still use.</summary>
/// <param name="Participant">Only for them; null for all.</param>
/// <param name="Cores">How many Cores they are to bring; null for as many as they had.</param>
/// <param name="Again">Whether tokens that have not been spent are withdrawn and made anew, because they were lost.</param>
/// <param name="Lifetime">How long they can be spent, 1 second to 7 days; null for 24 hours.</param>
public sealed record NewRegenerationTokens(string? Participant = null, int? Cores = null, bool Again = false, TimeSpan? Lifetime = null);

/// <summary>The replacement of a cell.</summary>
/// <param name="Cell">The cell that is replaced.</param>
/// <param name="Successor">The cell that replaces it.</param>
/// <param name="Step"><c>forming</c>, <c>migrating</c>, <c>waiting</c>, <c>retiring</c>, <c>done</c>, <c>undoing</c> or <c>undone</c>.</param>
/// <param name="StepSince">Since when.</param>
/// <param name="HeldUpBy">Why it does not go on, if something holds it up.</param>
/// <param name="Incident">The incident whose timeline tells it.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="StartedBy">By whom.</param>
/// <param name="ReadyCores">How many Cores of the new cell must be ready.</param>
/// <param name="ReadyNow">How many are.</param>
/// <param name="DevicesPerSecond">How many devices move at most in a second.</param>
/// <param name="DevicesLeft">Devices that have not moved yet.</param>
/// <param name="Moved">How many moves there have been.</param>
/// <param name="Grace">How long the old cell stays after the last device has moved.</param>
/// <param name="RetiresAt">When it retires, once that is known.</param>
/// <param name="CanBeUndone">Whether there is a way back.</param>
/// <param name="Participants">Who is to bring Cores.</param>
public sealed record RegenerationInfo(
    string Cell, string Successor, string Step, DateTimeOffset StepSince, string? HeldUpBy, string Incident, DateTimeOffset StartedAt, string StartedBy,
    int ReadyCores, int ReadyNow, int DevicesPerSecond, int DevicesLeft, long Moved, TimeSpan Grace, DateTimeOffset? RetiresAt, bool CanBeUndone,
    IReadOnlyList<RegenerationParticipant> Participants);

/// <summary>A participant of the old cell.</summary>
/// <param name="Participant">Who.</param>
/// <param name="Cores">How many Cores they are to bring.</param>
/// <param name="OpenTokens">Join tokens that they can still spend.</param>
/// <param name="Joined">Tokens that they have spent.</param>
public sealed record RegenerationParticipant(string Participant, int Cores, int OpenTokens, int Joined);
