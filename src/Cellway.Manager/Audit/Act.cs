namespace Cellway.Manager.Audit;

/// <summary>What somebody is doing now. Everything that is written until it is disposed is theirs.</summary>
internal sealed class Act(string who, string what, string? subject, Action end) : IDisposable
{
    /// <summary>As in <see cref="Model.Audit.AuditAct.Who"/>.</summary>
    public string Who => who;

    public string What => what;

    /// <summary><see langword="null"/>: what each transaction writes first.</summary>
    public string? Subject => subject;

    /// <summary>What else must be known to understand it.</summary>
    public string? Detail { get; set; }

    /// <summary>Whether something was written, and this with it.</summary>
    public bool IsRecorded { get; set; }

    public void Dispose() => end();
}
