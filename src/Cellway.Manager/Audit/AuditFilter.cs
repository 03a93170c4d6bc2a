using Cellway.Manager.Api;

namespace Cellway.Manager.Audit;

/// <summary>Which entries somebody wants to see.</summary>
/// <param name="Since">Not what is older.</param>
/// <param name="Who">Begins with it.</param>
/// <param name="What">Begins with it.</param>
/// <param name="Subject">Begins with it.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record AuditFilter(DateTimeOffset Since, string? Who, string? What, string? Subject, int Limit)
{
    public const int MaxLimit = 10_000;

    public bool Takes(AuditEntry entry) => entry.At >= Since && Begins(entry.Who, Who) && Begins(entry.What, What) && Begins(entry.Subject, Subject);

    private static bool Begins(string? text, string? with) => with is null || text?.StartsWith(with, StringComparison.Ordinal) == true;
}
