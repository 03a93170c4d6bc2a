using Cellway.Model.State;

namespace Cellway.State;

/// <summary>The newest revisions in memory, bounded in number and bytes, and the signal that there are more.</summary>
/// <remarks>Watchers pull from it and have no queues, so one that stops reading costs nothing and holds nothing back.</remarks>
internal sealed class ChangeLog(long firstRevision, int maxRevisions, long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _sizes = new();
    private readonly List<StateChangeBatch> _batches = [];
    private int _head;
    private long _bytes;
    private long _first = firstRevision;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>No further change will come.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>The oldest revision held.</summary>
    public long First
    {
        get
        {
            lock (_gate)
            {
                return _first;
            }
        }
    }

    /// <summary>Done at the next append after it was read: take it, then read, then wait for it.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Adds committed revisions, without a hole after the last ones.</summary>
    public void Append(IReadOnlyList<StateChangeBatch> batches)
    {
        if (batches.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var batch in batches)
            {
                var size = batch.Changes.Sum(ChangePage.SizeOf);
                _batches.Add(batch);
                _sizes.Enqueue(size);
                _bytes += size;
            }

            while (_sizes.Count > maxRevisions || (_bytes > maxBytes && _sizes.Count > 1))
            {
                DropFirst();
            }

            Signal();
        }
    }

    /// <summary>Forgets what is older than <paramref name="revision"/>.</summary>
    public void Compact(long revision)
    {
        lock (_gate)
        {
            while (_first < revision && _sizes.Count > 0)
            {
                DropFirst();
            }
        }
    }

    /// <summary>Holds nothing before <paramref name="nextRevision"/>: what was committed since the last append is not known.</summary>
    public void Restart(long nextRevision)
    {
        lock (_gate)
        {
            _batches.Clear();
            _sizes.Clear();
            (_head, _bytes, _first) = (0, 0, nextRevision);
            Signal();
        }
    }

    /// <returns><see langword="null"/> when <paramref name="from"/> is older than what is held.</returns>
    public ChangePage? Read(string prefix, long from)
    {
        lock (_gate)
        {
            if (from < _first)
            {
                return null;
            }

            List<StateChangeBatch> found = [];
            var index = _head + (from - _first);
            for (; index < _batches.Count && found.Count < ChangePage.MaxBatches; index++)
            {
                if (Filter(_batches[(int)index], prefix) is { } batch)
                {
                    found.Add(batch);
                }
            }

            return new(found, _first + (index - _head));
        }
    }

    /// <summary>Ends every watch that has read all there is.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            IsCompleted = true;
            Signal();
        }
    }

    private static StateChangeBatch? Filter(StateChangeBatch batch, string prefix)
    {
        var matching = batch.Changes.Count(c => c.Key.StartsWith(prefix, StringComparison.Ordinal));
        return matching == 0 ? null
            : matching == batch.Changes.Count ? batch
            : new(batch.Revision, [.. batch.Changes.Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal))]);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        _changed.TrySetResult();
        if (!IsCompleted)
        {
            _changed = NewSignal();
        }
    }

    private void DropFirst()
    {
        _bytes -= _sizes.Dequeue();
        _batches[_head++] = null!;
        _first++;

        // Moving what is left once per as many drops keeps an append cheap however long the log is.
        if (_head > 64 && _head > _batches.Count / 2)
        {
            _batches.RemoveRange(0, _head);
            _head = 0;
        }
    }
}
