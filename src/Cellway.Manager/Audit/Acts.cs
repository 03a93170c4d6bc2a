using Cellway.Manager.Leadership;
using Cellway.Model.Audit;
using Cellway.Model.State;

namespace Cellway.Manager.Audit;

/// <summary>Who is acting. It flows with the call, so that the same code serves an operator's request and what is done for one in another way.</summary>
/// <remarks>Whoever writes without having begun an act is this replica: nothing that people do is ever written unseen.</remarks>
internal sealed class Acts(StateKeys keys, Replica replica, TimeProvider time)
{
    private readonly AsyncLocal<Act?> _current = new();

    /// <summary>What is being done now.</summary>
    public Act? Current => _current.Value;

    /// <summary>Begins an act; dispose it when it has ended.</summary>
    /// <param name="who">As in <see cref="AuditAct.Who"/>.</param>
    /// <param name="what">As in <see cref="AuditAct.What"/>.</param>
    /// <param name="subject">As in <see cref="AuditAct.Subject"/>; <see langword="null"/>: what each transaction writes first.</param>
    public Act Begin(string who, string what, string? subject = null)
    {
        var before = _current.Value;
        return _current.Value = new(who, what, subject, () => _current.Value = before);
    }

    /// <summary>A part of what is being done that has a name and a subject of its own.</summary>
    public Act Within(string what, string subject) => Begin(Current?.Who ?? Actors.Replica(replica.Id), what, subject);

    /// <summary>Adds what is being done to a transaction that does it.</summary>
    public void Note(StateTransaction transaction)
    {
        var act = Current;
        transaction.Note(keys, new()
        {
            At = time.GetUtcNow(),
            Who = act?.Who ?? Actors.Replica(replica.Id),
            What = act?.What ?? "write",
            Subject = act?.Subject ?? SubjectOf(transaction),
            Detail = act?.Detail,
        });
    }

    private string? SubjectOf(StateTransaction transaction) =>
        transaction.Writes is [{ Key: var key }, ..] && key.StartsWith(keys.Prefix, StringComparison.Ordinal) ? key[keys.Prefix.Length..] : null;
}
