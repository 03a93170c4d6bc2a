using System.Diagnostics.CodeAnalysis;

namespace Cellway.Node.PhoneHome;

/// <summary>Management's answer to a question, if there is one.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Value">The answer; null unless found.</param>
public readonly record struct Lookup<T>(LookupStatus Status, T? Value)
    where T : class
{
    /// <summary>Whether there is an answer.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsFound => Status == LookupStatus.Found;
}
