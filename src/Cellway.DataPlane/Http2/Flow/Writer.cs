using System.Runtime.CompilerServices;

namespace Cellway.DataPlane.Http2.Flow;

/// <summary>Writes what <see cref="Sender"/> gathered: runs while there is something, on the thread that started it or that a write completed on.</summary>
/// <remarks>Written as a state machine by hand: an async method would allocate at every write that has to wait.</remarks>
internal sealed class Writer : IThreadPoolWorkItem
{
    // A peer that takes all we have may not keep the thread from other connections.
    private const int InlineBudget = 1 << 19;

    private readonly Http2Connection _connection;
    private readonly Action _continue;
    private readonly List<Http2Stream> _writable = [];
    private OutBuffer? _writing;
    private bool _flushing;
    private ValueTaskAwaiter _pending;

    public Writer(Http2Connection connection)
    {
        _connection = connection;
        _continue = Continue;
    }

    /// <summary>Whether a write loop is active. Guarded by the connection's gate.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>When the write in progress began, in sweep milliseconds; 0 when none waits for the peer.</summary>
    public long WaitingSince { get; private set; }

    /// <summary>Starts writing unless that is already going on.</summary>
    public void Start()
    {
        lock (_connection.Gate)
        {
            if (IsRunning)
            {
                return;
            }

            IsRunning = true;
        }

        Run(resuming: false);
    }

    /// <summary>Continues after giving the thread up.</summary>
    void IThreadPoolWorkItem.Execute() => Run(resuming: false);

    private void Continue() => Run(resuming: true);

    private void Run(bool resuming)
    {
        try
        {
            var written = 0;
            while (resuming || Next(ref written))
            {
                if (!resuming)
                {
                    _flushing = false;
                    WaitingSince = _connection.Now;
                    if (MustWait(_connection.Transport.WriteAsync(_writing!.Seal())))
                    {
                        return;
                    }
                }

                resuming = false;
                _pending.GetResult();
                if (!_flushing)
                {
                    _flushing = true;
                    if (MustWait(_connection.Transport.FlushAsync()))
                    {
                        return;
                    }

                    _pending.GetResult();
                }

                WaitingSince = 0;
                Sent();
            }
        }
        catch (Exception exception)
        {
            // IsRunning stays set: nothing is written any more.
            _connection.Abort(exception);
        }
    }

    private bool MustWait(ValueTask operation)
    {
        _pending = operation.GetAwaiter();
        if (_pending.IsCompleted)
        {
            return false;
        }

        _pending.UnsafeOnCompleted(_continue);
        return true;
    }

    /// <summary>Finds the next buffer to write; false ends the run.</summary>
    private bool Next(ref int written)
    {
        while (true)
        {
            if (written > InlineBudget)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return false;
            }

            _writing = _connection.Outgoing.TakeForWriting(_writable);
            WakeProducers();
            if (_writing is not null)
            {
                written += _writing.Length;
                return true;
            }

            var finished = _connection.TakeNotices();
            lock (_connection.Gate)
            {
                if (_connection.Outgoing.HasWorkLocked)
                {
                    continue;
                }

                if (!finished)
                {
                    IsRunning = false;
                    return false;
                }
            }

            // The last frame is out. IsRunning stays set: nobody writes but the shutdown.
            _connection.FinishSending();
            return false;
        }
    }

    private void WakeProducers()
    {
        if (_writable.Count == 0)
        {
            return;
        }

        using var turn = Turn.Begin();
        foreach (var stream in _writable)
        {
            stream.Handler.OnWritable();
        }

        _writable.Clear();
    }

    private void Sent()
    {
        var buffer = _writing!;
        _writing = null;
        if (buffer.Sent.Count > 0)
        {
            using var turn = Turn.Begin();
            foreach (var (stream, bytes) in buffer.Sent)
            {
                stream.Handler.OnSent(bytes);
            }
        }

        _connection.Outgoing.Recycle(buffer);
    }
}
