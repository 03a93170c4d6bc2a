using System.Collections.Concurrent;
using System.Threading.Channels;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.PhoneHome;

/// <summary>The sessions of the nodes whose streams end here, in the state where every replica sees them.</summary>
/// <remarks>
/// One key for each node, all bound to one lease of this replica: heartbeats cost the state nothing, and when the replica dies
/// its nodes have the lease's time to come up elsewhere before they count as offline. A node that falls silent is taken out by
/// the replica itself. Keys of nodes that attach at the same time are written together.
/// </remarks>
internal sealed class NodeSessions(
    IStateStore store, StateKeys keys, NetworkViewFeed feed, PhoneHomeOptions options, TimeProvider time, PhoneHomeLog log) : BackgroundService
{
    private const int MaxTogether = 100; // etcd takes 128 operations in one transaction

    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, NodeSession> _sessions = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _leasing = new(1);
    private readonly Channel<(NodeSessionRecord Record, TaskCompletionSource Written)> _beginning =
        Channel.CreateBounded<(NodeSessionRecord, TaskCompletionSource)>(new BoundedChannelOptions(4096) { SingleReader = true });

    private long _lease;
    private long _renewedAt;

    /// <summary>Writes the session, in the place of an earlier one of the same node, wherever that was.</summary>
    /// <remarks>A node that comes back to the same place before its last session ran out keeps its readiness: a lost connection is not a new Core.</remarks>
    public async Task<NodeSession> BeginAsync(NodeSessionRecord record, CancellationToken cancellationToken)
    {
        var known = feed.Current.Sessions.GetValueOrDefault(record.Node);
        var begun = known is { Ready: true } && known.Address == record.Address && known.Port == record.Port ? record with { Ready = true, OutSince = null, LoadHalvings = known.LoadHalvings } : record;
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _beginning.Writer.WriteAsync((begun, written), cancellationToken);
        await written.Task.WaitAsync(cancellationToken);
        var session = new NodeSession(begun, time.GetTimestamp());
        _sessions[record.Node] = session;
        return session;
    }

    /// <summary>The node has said something: it lives, and is back if it was given up.</summary>
    public async Task HeardAsync(NodeSession session, CancellationToken cancellationToken)
    {
        session.HeardAt = time.GetTimestamp();
        if (!session.IsWritten && IsCurrent(session))
        {
            await WriteAgainAsync(session, cancellationToken);
        }
    }

    /// <summary>Writes something that lives as long as the session; not when the node is attached elsewhere by now.</summary>
    public async Task PutBesideAsync(NodeSession session, string key, byte[] value, CancellationToken cancellationToken)
    {
        while (await FindAsync(session, cancellationToken) is { } entry)
        {
            var transaction = new StateTransaction().Require(entry.Key, entry.ModRevision).Put(key, value, entry.LeaseId);
            if ((await store.CommitAsync(transaction, cancellationToken)).Succeeded)
            {
                return;
            }
        }
    }

    /// <summary>Changes the session's record; not when the node is attached elsewhere by now.</summary>
    public async Task ChangeAsync(NodeSession session, Func<NodeSessionRecord, NodeSessionRecord> change, CancellationToken cancellationToken)
    {
        while (await FindAsync(session, cancellationToken) is { } entry)
        {
            var transaction = new StateTransaction().Replace(entry, StateJson.Write(change(StateJson.Read<NodeSessionRecord>(entry))));
            if ((await store.CommitAsync(transaction, cancellationToken)).Succeeded)
            {
                return;
            }
        }
    }

    /// <summary>Takes the node out at once.</summary>
    public async Task EndAsync(NodeSession session, CancellationToken cancellationToken)
    {
        if (_sessions.TryRemove(new(session.Record.Node, session)))
        {
            await DeleteAsync(session, cancellationToken);
        }
    }

    public override void Dispose()
    {
        _leasing.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(WriteBeginningAsync(stoppingToken), TendAsync(stoppingToken));

    private async Task WriteBeginningAsync(CancellationToken stop)
    {
        var group = new Dictionary<string, (NodeSessionRecord Record, List<TaskCompletionSource> Written)>(StringComparer.Ordinal);
        while (await HasNextAsync(stop))
        {
            while (group.Count < MaxTogether && _beginning.Reader.TryRead(out var next))
            {
                List<TaskCompletionSource> written = group.TryGetValue(next.Record.Node, out var earlier) ? [.. earlier.Written, next.Written] : [next.Written];
                group[next.Record.Node] = (next.Record, written); // of two streams of one node the later one counts
            }

            var failure = await TryWriteAsync([.. group.Values.Select(g => g.Record)], stop);
            foreach (var written in group.Values.SelectMany(g => g.Written))
            {
                _ = failure is null ? written.TrySetResult() : written.TrySetException(failure);
            }

            group.Clear();
        }

        while (_beginning.Reader.TryRead(out var late))
        {
            late.Written.TrySetCanceled(stop);
        }
    }

    private async ValueTask<bool> HasNextAsync(CancellationToken stop)
    {
        try
        {
            return await _beginning.Reader.WaitToReadAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<Exception?> TryWriteAsync(IReadOnlyList<NodeSessionRecord> records, CancellationToken stop)
    {
        for (var again = false; ; again = true)
        {
            try
            {
                var lease = await LeaseAsync(stop);
                var transaction = new StateTransaction();
                foreach (var record in records)
                {
                    transaction.Put(keys.Session(record.Node), StateJson.Write(record), lease);
                }

                var written = await store.CommitAsync(transaction, stop);
                await feed.WaitForAsync(written.Revision, stop); // whoever has attached here is seen here
                return null;
            }
            catch (ArgumentException) when (!again)
            {
                _lease = 0; // it has just ended: the store says so by this exception
            }
            catch (Exception e) when (e is IOException or ArgumentException or OperationCanceledException)
            {
                return e is ArgumentException ended ? LeaseHasEnded(ended) : e;
            }
        }
    }

    private async Task TendAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(SweepInterval, time);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stop);
                await KeepLeaseAsync(stop);
                await TakeOutSilentAsync(stop);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                log.SessionsNotKept(e); // the store cannot be reached: streams stay, and the next round tries again
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task KeepLeaseAsync(CancellationToken stop)
    {
        if (_lease == 0 || time.GetElapsedTime(_renewedAt) < options.OfflineAfter / 6)
        {
            return;
        }

        if (await store.RenewLeaseAsync(_lease, stop))
        {
            _renewedAt = time.GetTimestamp();
            return;
        }

        // This replica was away for too long. Nodes that went elsewhere meanwhile stay there.
        log.SessionsLost();
        _lease = 0;
        var lost = _sessions.Values.Where(s => s.HasStream && s.IsWritten).ToList();
        lost.ForEach(s => s.IsWritten = false); // what fails now is left to its next heartbeat
        await Parallel.ForEachAsync(lost, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stop }, async (session, token) => await WriteAgainAsync(session, token));
    }

    private async Task TakeOutSilentAsync(CancellationToken stop)
    {
        foreach (var session in _sessions.Values.Where(s => time.GetElapsedTime(s.HeardAt) >= options.OfflineAfter))
        {
            if (session.IsWritten)
            {
                await DeleteAsync(session, stop);
                session.IsWritten = false;
                log.Silent(session.Record.Node);
            }

            if (!session.HasStream)
            {
                _sessions.TryRemove(new(session.Record.Node, session));
            }
        }
    }

    private async Task WriteAgainAsync(NodeSession session, CancellationToken cancellationToken)
    {
        var key = keys.Session(session.Record.Node);
        try
        {
            var result = await store.CommitAsync(
                new StateTransaction().Create(key, StateJson.Write(session.Record), await LeaseAsync(cancellationToken)), cancellationToken);

            // Found there already: by an earlier try whose answer was lost, or the node is attached elsewhere.
            session.IsWritten = result.Succeeded || (await store.GetAsync(key, cancellationToken) is { } entry && IsOf(session, entry));
            if (session.IsWritten)
            {
                session.WrittenAgain?.Invoke();
            }
        }
        catch (ArgumentException e)
        {
            _lease = 0;
            throw LeaseHasEnded(e);
        }
    }

    // Only if it is still this one: the node may be attached elsewhere by now.
    private async Task DeleteAsync(NodeSession session, CancellationToken cancellationToken)
    {
        while (await FindAsync(session, cancellationToken) is { } entry)
        {
            if ((await store.CommitAsync(new StateTransaction().Require(entry.Key, entry.ModRevision).Delete(entry.Key).Delete(keys.EntryReport(session.Record.Node)), cancellationToken)).Succeeded)
            {
                return;
            }
        }
    }

    private async Task<StateEntry?> FindAsync(NodeSession session, CancellationToken cancellationToken) =>
        await store.GetAsync(keys.Session(session.Record.Node), cancellationToken) is { } entry && IsOf(session, entry) ? entry : null;

    private static bool IsOf(NodeSession session, StateEntry entry) =>
        StateJson.Read<NodeSessionRecord>(entry) is var found && found.Replica == session.Record.Replica && found.Since == session.Record.Since;

    private static StateUnavailableException LeaseHasEnded(ArgumentException e) => new("The lease of this replica's sessions has ended.", e);

    private bool IsCurrent(NodeSession session) => _sessions.TryGetValue(session.Record.Node, out var current) && current == session;

    private async ValueTask<long> LeaseAsync(CancellationToken cancellationToken)
    {
        await _leasing.WaitAsync(cancellationToken);
        try
        {
            if (_lease == 0)
            {
                _renewedAt = time.GetTimestamp();
                _lease = await store.GrantLeaseAsync(options.OfflineAfter, cancellationToken);
            }

            return _lease;
        }
        finally
        {
            _leasing.Release();
        }
    }
}
