namespace Cellway.Manager.Bot.Transport;

/// <summary>Telegram's allowance: so many messages in any second to all, and one to each chat.</summary>
/// <remarks>
/// Telegram counts when it takes a message, which is some time between its sending and the answer. So a message has its place until a second after
/// the answer, less what the quickest answer takes: that much passes on the way whatever happens. They leave evenly. Answers to people do not wait,
/// but count: whatever nobody has asked for gives way to them.
/// </remarks>
internal sealed class SendPace(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(100); // timers are late: what they cost is made good
    private static readonly TimeSpan Doubt = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<long, long> _free = new();
    private readonly Dictionary<string, long> _chats = new(StringComparer.Ordinal);
    private int _onTheWay;
    private int _answers;
    private long _quickest = long.MaxValue;
    private long _next = time.GetTimestamp() + time.TimestampFrequency; // whoever sent before may have sent in this second
    private long _pausedUntil = long.MinValue;

    /// <summary>An answer is sent now.</summary>
    public SendPlace Note(string chat)
    {
        lock (_lock)
        {
            return Take(chat, time.GetTimestamp());
        }
    }

    /// <summary>Telegram wants silence for so long.</summary>
    public void Pause(TimeSpan duration)
    {
        lock (_lock)
        {
            _pausedUntil = Math.Max(_pausedUntil, time.GetTimestamp() + Ticks(duration));
        }
    }

    /// <summary>Waits until silence is over.</summary>
    public async Task WaitOutPauseAsync(CancellationToken cancellationToken)
    {
        while (PauseLeft() is { Ticks: > 0 } left)
        {
            await Task.Delay(left, time, cancellationToken);
        }
    }

    /// <summary>Waits for a place in the allowance, and takes it.</summary>
    public async Task<SendPlace> WaitAsync(string chat, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(chat, out var left) is { } place)
            {
                return place;
            }

            await Task.Delay(left, time, cancellationToken);
        }
    }

    /// <summary>A message is no longer on its way.</summary>
    internal void Leave(string chat, long begun, bool isAnswered)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (isAnswered)
            {
                _answers++;
                _quickest = Math.Min(_quickest, now - begun);
            }

            var free = now + Ticks(Window) - (_answers < perSecond ? 0 : Math.Max(0, _quickest - Ticks(Doubt)));
            _onTheWay--;
            _free.Enqueue(free, free);
            _chats[chat] = free;
        }
    }

    private TimeSpan PauseLeft()
    {
        lock (_lock)
        {
            return Left(_pausedUntil, time.GetTimestamp());
        }
    }

    /// <returns><see langword="null"/>: there is no place, and need not be looked for one before <paramref name="left"/>.</returns>
    private SendPlace? TryTake(string chat, out TimeSpan left)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            Forget(now);
            var free = Math.Max(Math.Max(_pausedUntil, _next), _chats.GetValueOrDefault(chat, long.MinValue));
            if (_onTheWay + _free.Count >= perSecond)
            {
                free = Math.Max(free, _free.TryPeek(out var soonest, out _) ? soonest : long.MaxValue);
            }

            left = free == long.MaxValue ? LookEvery : Left(free, now);
            if (left > TimeSpan.Zero)
            {
                return null;
            }

            _next = Math.Max(_next, now - Ticks(CatchUp)) + (Ticks(Window) / perSecond);
            return Take(chat, now);
        }
    }

    private SendPlace Take(string chat, long now)
    {
        _onTheWay++;
        _chats[chat] = long.MaxValue;
        return new(this, chat, now);
    }

    private void Forget(long now)
    {
        while (_free.TryPeek(out var free, out _) && free <= now)
        {
            _free.Dequeue();
        }

        if (_chats.Count > (2 * perSecond) + 100)
        {
            foreach (var (chat, _) in _chats.Where(c => c.Value <= now).ToList())
            {
                _chats.Remove(chat);
            }
        }
    }

    private long Ticks(TimeSpan duration) => (long)Math.Ceiling(duration.TotalSeconds * time.TimestampFrequency);

    private TimeSpan Left(long until, long now) =>
        until <= now ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling((until - now) * 1000.0 / time.TimestampFrequency));
}
