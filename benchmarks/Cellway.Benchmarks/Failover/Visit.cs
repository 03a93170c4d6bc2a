namespace Cellway.Benchmarks.Failover;

/// <summary>One new connection.</summary>
/// <param name="Begun">When it was asked for, in ticks of the clock.</param>
/// <param name="Ended">When it was answered, or given up.</param>
/// <param name="Answered">Whether it was answered.</param>
internal readonly record struct Visit(long Begun, long Ended, bool Answered)
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    public TimeSpan Took => TimeProvider.System.GetElapsedTime(Begun, Ended);

    /// <summary>Whether a person would notice.</summary>
    public bool Hangs => Took > AtOnce;

    /// <summary>Answered, and without hanging.</summary>
    public bool IsGood => Answered && !Hangs;
}
