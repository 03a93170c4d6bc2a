using System.Runtime.CompilerServices;
using Cellway.Model.State;
using Cellway.State.Etcd.Wire;
using Grpc.Core;

namespace Cellway.State.Etcd;

/// <summary>The state in an etcd cluster, shared by every replica that opens it.</summary>
/// <remarks>
/// Reads are linearizable: they ask a majority. A revision counts every write to the cluster, also those outside of the prefix, and an
/// empty cluster is at revision 1. A lease of less than etcd's shortest (2 s by default) lasts for that.
/// </remarks>
public sealed class EtcdStateStore : IStateStore
{
    private const int FirstPage = 256;
    private const int LargestPage = 10_000;
    private const int PageBytes = 4 << 20;
    private const int ListAttempts = 5;
    private static readonly TimeSpan CountWithin = TimeSpan.FromSeconds(30); // a scan's first answer counts all of its keys, which may be millions

    private readonly EtcdStateOptions _options;
    private readonly EtcdMembers _members;
    private readonly EtcdMessages _messages;
    private readonly TimeProvider _time;

    private EtcdStateStore(EtcdStateOptions options, EtcdMembers members, TimeProvider time)
    {
        _options = options;
        _members = members;
        _messages = new(options.Prefix);
        _time = time;
    }

    /// <summary>Opens the cluster once one member has answered; the others may come later.</summary>
    /// <exception cref="EtcdStoreException">The cluster cannot be used as it is; the message says what to do.</exception>
    /// <exception cref="StateUnavailableException">No member answers.</exception>
    public static async Task<EtcdStateStore> OpenAsync(EtcdStateOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfZero(options.Endpoints.Count, nameof(options));
        StateLimits.CheckPrefix(options.Prefix);
        foreach (var endpoint in options.Endpoints.Where(e => e.Scheme != Uri.UriSchemeHttps && !e.IsLoopback))
        {
            throw new EtcdStoreException($"{endpoint} would carry the state in the clear: use https, and credentials that “cellway etcd certificate” makes.");
        }

        var secure = options.Endpoints.Any(e => e.Scheme == Uri.UriSchemeHttps);
        var credentials = !secure ? null
            : options.Credentials is { } directory ? EtcdCredentials.Load(directory)
            : throw new EtcdStoreException("etcd over https needs credentials: name their directory with --etcd-credentials; “cellway etcd certificate client” makes one.");
        var members = new EtcdMembers(options, credentials, time);
        try
        {
            await members.OpenAsync(cancellationToken);
            return new(options, members, time);
        }
        catch
        {
            members.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        var request = _messages.Get(key);
        var response = await _members.RepeatableAsync((m, o) => m.Keys.RangeAsync(request, o).ResponseAsync, cancellationToken);
        return response.Kvs.Count == 0 ? null : _messages.Entry(response.Kvs[0]);
    }

    /// <inheritdoc/>
    public async ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        StateLimits.CheckPrefix(prefix);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                List<StateEntry> entries = [];
                var revision = 0L;
                await foreach (var page in ReadAsync(prefix, null, cancellationToken))
                {
                    revision = page.Revision;
                    entries.AddRange(page.Entries);
                }

                return new(revision, entries);
            }
            catch (StateUnavailableException e) when (IsForgotten(e) && attempt < ListAttempts)
            {
                // The revision of the first page was compacted before the last one: begin again.
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken)
    {
        StateLimits.CheckPrefix(prefix);
        return ReadAsync(prefix, CountWithin, cancellationToken);
    }

    private async IAsyncEnumerable<StatePage> ReadAsync(string prefix, TimeSpan? firstWithin, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (from, end) = _messages.Range(prefix);
        var (stop, limit, within) = (end, (long)FirstPage, firstWithin);
        var (revision, total) = (0L, 0L);
        while (true)
        {
            var page = await PageAsync(new() { Key = from, RangeEnd = stop, Limit = limit, Revision = revision }, within, cancellationToken);
            if (revision == 0)
            {
                (revision, total, within) = (page.Header.Revision, page.Count, null);
                yield return new(revision, total, [.. page.Kvs.Select(_messages.Entry)]);
            }
            else if (page.Kvs.Count > 0)
            {
                yield return new(revision, total, [.. page.Kvs.Select(_messages.Entry)]);
            }

            if (!page.More && stop == end)
            {
                yield break;
            }

            limit = page.Kvs.Count == 0 ? limit : Math.Clamp(PageBytes / Math.Max(1, page.CalculateSize() / page.Kvs.Count), 1, LargestPage);
            (from, stop) = EtcdReach.Next(page, stop, end, limit);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var checkedTransaction = CheckedTransaction.Check(transaction);
        var request = _messages.Transaction(checkedTransaction);
        try
        {
            Task<TxnResponse> Call(EtcdMember member, CallOptions options) => member.Keys.TxnAsync(request, options).ResponseAsync;
            var response = checkedTransaction.Writes.Count == 0
                ? await _members.RepeatableAsync(Call, cancellationToken)
                : await _members.OnceAsync(Call, cancellationToken);
            return new(response.Succeeded, response.Header.Revision);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            throw CheckedTransaction.UnknownLease(checkedTransaction.Writes.FirstOrDefault(w => w.LeaseId != 0).LeaseId);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument)
        {
            throw new ArgumentException(
                $"etcd refuses the transaction ({e.Status.Detail}). Its limits must be at least etcd's own defaults: --max-txn-ops {StateLimits.MaxTransactionKeys}, --max-request-bytes 1572864.",
                nameof(transaction),
                e);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken)
    {
        StateLimits.CheckPrefix(prefix);
        StateLimits.CheckRevision(fromRevision);
        return new EtcdWatch(_members, _messages, _options, _time).ReadAsync(prefix, fromRevision, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        // Repeating it is harmless: a lease whose id was lost holds no keys and ends by itself.
        var request = new LeaseGrantRequest { TTL = StateLimits.CheckTimeToLive(timeToLive) };
        var response = await _members.RepeatableAsync((m, o) => m.Leases.LeaseGrantAsync(request, o).ResponseAsync, cancellationToken);
        return response.ID;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) =>
        (await _members.RepeatableAsync((m, o) => KeepAliveAsync(m, leaseId, o), cancellationToken)).TTL > 0;

    /// <inheritdoc/>
    public async ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        try
        {
            var request = new LeaseRevokeRequest { ID = leaseId };
            await _members.RepeatableAsync((m, o) => m.Leases.LeaseRevokeAsync(request, o).ResponseAsync, cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            // It has ended, or never was.
        }
    }

    /// <summary>Ends the watches and the calls under way, and lets go of the connections.</summary>
    public ValueTask DisposeAsync()
    {
        _members.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<LeaseKeepAliveResponse> KeepAliveAsync(EtcdMember member, long leaseId, CallOptions options)
    {
        using var call = member.Leases.LeaseKeepAlive(options);
        await call.RequestStream.WriteAsync(new() { ID = leaseId });
        await call.RequestStream.CompleteAsync();
        return await call.ResponseStream.MoveNext(CancellationToken.None)
            ? call.ResponseStream.Current
            : throw new RpcException(new(StatusCode.Unavailable, "the stream ended without an answer"));
    }

    private static bool IsForgotten(StateUnavailableException e) => e.InnerException is RpcException { StatusCode: StatusCode.OutOfRange };

    private async Task<RangeResponse> PageAsync(RangeRequest request, TimeSpan? within, CancellationToken cancellationToken)
    {
        try
        {
            return await _members.RepeatableAsync((m, o) => m.Keys.RangeAsync(request, o).ResponseAsync, cancellationToken, within);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.OutOfRange)
        {
            throw new StateUnavailableException("etcd compacts its history faster than the state can be read: raise --auto-compaction-retention to an hour.", e);
        }
    }
}
