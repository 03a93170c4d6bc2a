namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>When the next TLS handshake to one name may begin: censors count them (at most 3 a minute, 400 ms apart).</summary>
internal sealed class HandshakePacer(TimeProvider time)
{
    /// <summary>Most handshakes within <see cref="Window"/>.</summary>
    public const int MaxInWindow = 3;

    /// <summary>What is counted over.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <summary>The least distance between two.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(400);

    private readonly Lock _gate = new();
    private readonly List<long> _begun = new(MaxInWindow);

    /// <summary>Reserves a handshake for now.</summary>
    /// <param name="ticket">For <see cref="Cancel"/>.</param>
    /// <param name="wait">How long to wait before asking again, if not.</param>
    public bool TryReserve(out long ticket, out TimeSpan wait)
    {
        lock (_gate)
        {
            ticket = time.GetTimestamp();
            var now = ticket;
            _begun.RemoveAll(begun => time.GetElapsedTime(begun, now) >= Window);
            wait = TimeSpan.Zero;
            if (_begun.Count > 0)
            {
                wait = Spacing - time.GetElapsedTime(_begun[^1], now);
            }

            if (_begun.Count >= MaxInWindow)
            {
                var full = Window - time.GetElapsedTime(_begun[^MaxInWindow], now);
                wait = full > wait ? full : wait;
            }

            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            _begun.Add(ticket);
            return true;
        }
    }

    /// <summary>Whether a handshake could begin about now, and some more within the same minute.</summary>
    /// <param name="others">How many more.</param>
    public bool Allows(int others)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            return _begun.Count(begun => time.GetElapsedTime(begun, now) < Window) + others < MaxInWindow;
        }
    }

    /// <summary>The reserved handshake did not begin: nobody saw one.</summary>
    public void Cancel(long ticket)
    {
        lock (_gate)
        {
            _begun.Remove(ticket);
        }
    }
}
