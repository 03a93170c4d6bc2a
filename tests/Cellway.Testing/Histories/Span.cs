namespace Cellway.Testing.Histories;

/// <summary>When an operation was under way, by the one clock of the recorder.</summary>
/// <param name="Began">Just before it was asked for.</param>
/// <param name="Ended">Just after its outcome was known.</param>
public readonly record struct Span(long Began, long Ended)
{
    /// <summary>Whether this was over when the other began: then whoever asked for the other could know of it.</summary>
    public bool IsBefore(Span other) => Ended < other.Began;
}
