using System.Runtime.CompilerServices;
using Cellway.Model.State;
using Cellway.State.Etcd.Wire;

namespace Cellway.State.Etcd;

/// <summary>A watch that outlives the members it runs on: it goes on at the next one from the first revision it has not given out.</summary>
internal sealed class EtcdWatch(EtcdMembers members, EtcdMessages messages, EtcdStateOptions options, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Of the revision that is being received. A large one comes in fragments, and only a whole one is given out.
    private readonly List<StateChange> _changes = [];
    private readonly Queue<StateChangeBatch> _ready = new();
    private long _revision;
    private long _next;

    public async IAsyncEnumerable<StateChangeBatch> ReadAsync(string prefix, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, members.Closing);
        _next = from;
        long? failing = null; // since when no stream has said anything
        while (await TryOpenAsync(both.Token) is { } stream)
        {
            using (stream)
            {
                _changes.Clear();

                // From one revision earlier, whose changes are dropped again. etcd before 3.4.34 and 3.5.16 forgets a deletion at the
                // very revision of a compaction and still lets a watch begin there (etcd issue 18089): asked this way, it says
                // that the revision is compacted.
                var response = await stream.CreateAsync(messages.Watch(prefix, Math.Max(1, _next - 1)));
                while (response is not null)
                {
                    failing = null;
                    Take(response);
                    while (_ready.TryDequeue(out var batch))
                    {
                        yield return batch;
                    }

                    response = await stream.NextAsync();
                }

                if (both.IsCancellationRequested)
                {
                    break;
                }

                members.Failed(stream.Member);
                failing ??= time.GetTimestamp();
                if (time.GetElapsedTime(failing.Value) > 2 * options.RequestTimeout && stream.Failure is { } failure)
                {
                    throw failure;
                }
            }

            await Task.Delay(Pause, time, both.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        cancellationToken.ThrowIfCancellationRequested(); // and a closed store ends its watches
    }

    /// <returns><see langword="null"/> when the store is closed.</returns>
    private async Task<EtcdWatchStream?> TryOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new(members, await members.AnyAsync(cancellationToken), cancellationToken);
        }
        catch (Exception e) when (members.Closing.IsCancellationRequested && e is ObjectDisposedException or OperationCanceledException)
        {
            return null;
        }
    }

    private void Take(WatchResponse response)
    {
        foreach (var change in response.Events.Where(e => e.Kv.ModRevision >= _next))
        {
            if (change.Kv.ModRevision != _revision)
            {
                Finish();
                _revision = change.Kv.ModRevision;
            }

            _changes.Add(messages.Change(change));
        }

        if (!response.Fragment)
        {
            Finish();
        }

        // A notice of progress on this watch: all before it has been sent. (One for the whole stream, of watch -1, may overtake changes.)
        if (response is { Events.Count: 0, Created: false, WatchId: >= 0 })
        {
            _next = Math.Max(_next, response.Header.Revision + 1);
        }
    }

    private void Finish()
    {
        if (_changes.Count > 0)
        {
            _ready.Enqueue(new(_revision, [.. _changes.OrderBy(c => c.Key, StringComparer.Ordinal)]));
            _next = _revision + 1;
            _changes.Clear();
        }
    }
}
