namespace Cellway.Manager.Bot.Transport;

/// <summary>Telegram's allowance: so many messages in any second to all, and one to each chat.</summary>
/// <remarks>Answers to people do not wait, but count: whatever nobody has asked for gives way to them.</remarks>
internal sealed class SendPace(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<long> _sent = new();
    private readonly Dictionary<string, long> _chats = new(StringComparer.Ordinal);
    private long _pausedUntil = long.MinValue;

    /// <summary>An answer is sent now.</summary>
    public void Note(string chat)
    {
        lock (_lock)
        {
            Take(chat, time.GetTimestamp());
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
    public async Task WaitAsync(string chat, CancellationToken cancellationToken)
    {
        while (Try(chat) is { Ticks: > 0 } left)
        {
            await Task.Delay(left, time, cancellationToken);
        }
    }

    private TimeSpan PauseLeft()
    {
        lock (_lock)
        {
            return Left(_pausedUntil, time.GetTimestamp());
        }
    }

    /// <returns>How long there is no place; zero if it was taken.</returns>
    private TimeSpan Try(string chat)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            Forget(now);
            var free = Math.Max(_pausedUntil, _chats.TryGetValue(chat, out var last) ? last + Ticks(Window) : long.MinValue);
            if (_sent.Count >= perSecond)
            {
                free = Math.Max(free, _sent.ElementAt(_sent.Count - perSecond) + Ticks(Window));
            }

            if (Left(free, now) is { Ticks: > 0 } left)
            {
                return left;
            }

            Take(chat, now);
            return TimeSpan.Zero;
        }
    }

    private void Take(string chat, long now)
    {
        _sent.Enqueue(now);
        _chats[chat] = now;
    }

    private void Forget(long now)
    {
        while (_sent.TryPeek(out var oldest) && now - oldest >= Ticks(Window))
        {
            _sent.Dequeue();
        }

        if (_chats.Count > 2 * _sent.Count + 100)
        {
            foreach (var (chat, last) in _chats.Where(c => now - c.Value >= Ticks(Window)).ToList())
            {
                _chats.Remove(chat);
            }
        }
    }

    private long Ticks(TimeSpan duration) => (long)Math.Ceiling(duration.TotalSeconds * time.TimestampFrequency);

    private TimeSpan Left(long until, long now) =>
        until <= now ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling((until - now) * 1000.0 / time.TimestampFrequency));
}
