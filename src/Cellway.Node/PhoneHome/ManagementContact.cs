namespace Cellway.Node.PhoneHome;

/// <summary>When management was last heard, also by an earlier run of this node.</summary>
/// <param name="heardAt">By the earlier run.</param>
/// <param name="save">Remembers it, now and then: a restart may believe to have heard it ten minutes earlier.</param>
/// <param name="time">The clock.</param>
internal sealed class ManagementContact(DateTimeOffset heardAt, Action<DateTimeOffset> save, TimeProvider time)
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(10);

    private long _heardAt = heardAt.UtcTicks;
    private long _savedAt;

    public DateTimeOffset HeardAt => new(Interlocked.Read(ref _heardAt), TimeSpan.Zero);

    /// <summary>Something has come from management.</summary>
    public void Heard()
    {
        var now = time.GetUtcNow();
        Interlocked.Exchange(ref _heardAt, now.UtcTicks);
        if (now.UtcTicks - Interlocked.Read(ref _savedAt) >= SaveEvery.Ticks)
        {
            Interlocked.Exchange(ref _savedAt, now.UtcTicks);
            save(now);
        }
    }
}
