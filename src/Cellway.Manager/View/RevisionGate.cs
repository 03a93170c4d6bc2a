namespace Cellway.Manager.View;

/// <summary>A revision that only grows, and a way to wait for it.</summary>
internal sealed class RevisionGate
{
    private Moment _moment = new(0);

    public long Revision => Volatile.Read(ref _moment).Revision;

    /// <summary>Says that everything up to <paramref name="revision"/> is there. One caller at a time.</summary>
    public void Reach(long revision)
    {
        var before = _moment;
        Volatile.Write(ref _moment, new(revision));
        before.Next.TrySetResult();
    }

    public async Task WaitForAsync(long revision, CancellationToken cancellationToken)
    {
        while (true)
        {
            var moment = Volatile.Read(ref _moment);
            if (moment.Revision >= revision)
            {
                return;
            }

            await moment.Next.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A revision, and the promise that is kept when there is a newer one.</summary>
    private sealed record Moment(long Revision)
    {
        public TaskCompletionSource Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
