namespace Cellway.Manager.Api;

/// <summary>Something that an operator should do before it does harm.</summary>
/// <param name="Id">The same for the same thing, as long as it lasts: <c>root-ends/1</c>.</param>
/// <param name="IsUrgent">Whether little time is left.</param>
/// <param name="Ends">When it does harm, if that is known.</param>
/// <param name="Message">What, and what to do, in one line.</param>
public sealed record Alert(string Id, bool IsUrgent, DateTimeOffset? Ends, string Message);
