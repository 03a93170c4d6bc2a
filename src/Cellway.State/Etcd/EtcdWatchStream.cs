using Cellway.Model.State;
using Cellway.State.Etcd.Wire;
using Grpc.Core;

namespace Cellway.State.Etcd;

/// <summary>One watch on one member, for as long as both live.</summary>
internal sealed class EtcdWatchStream : IDisposable
{
    private readonly EtcdMembers _members;
    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
    private readonly CancellationToken _cancellationToken;

    public EtcdWatchStream(EtcdMembers members, EtcdMember member, CancellationToken cancellationToken)
    {
        (_members, Member) = (members, member);
        _cancellationToken = cancellationToken;
        _call = member.Watches.Watch(EtcdMember.Options(cancellationToken));
    }

    public EtcdMember Member { get; }

    /// <summary>Why the stream ended.</summary>
    public StateUnavailableException? Failure { get; private set; }

    /// <returns><see langword="null"/> when the stream has ended.</returns>
    /// <exception cref="StateCompactedException">The revision asked for is gone.</exception>
    public async Task<WatchResponse?> CreateAsync(WatchRequest request)
    {
        try
        {
            await _call.RequestStream.WriteAsync(request, _cancellationToken);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException)
        {
            // The call is over; the answers say why.
        }

        return await NextAsync();
    }

    /// <returns><see langword="null"/> when the stream has ended.</returns>
    /// <exception cref="StateCompactedException">The revision asked for is gone.</exception>
    public async Task<WatchResponse?> NextAsync()
    {
        try
        {
            if (!await _call.ResponseStream.MoveNext(_cancellationToken))
            {
                return null;
            }
        }
        catch (RpcException e)
        {
            Failure = EtcdErrors.Failed(Member.Endpoint, e);
            return null;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return null; // who cancelled, or closed the store, knows
        }

        var response = _call.ResponseStream.Current;
        try
        {
            _members.RequireOwnCluster(Member, response.Header);
        }
        catch (EtcdStoreException e)
        {
            Failure = new(e.Message, e);
            return null;
        }

        if (response.CompactRevision != 0)
        {
            // One later than etcd says, because we ask from one earlier: see EtcdWatch.
            throw new StateCompactedException(response.CompactRevision + 1);
        }

        if (response.Canceled)
        {
            Failure = EtcdErrors.Failed(Member.Endpoint, new(new(StatusCode.Aborted, response.CancelReason)));
            return null;
        }

        return response;
    }

    public void Dispose() => _call.Dispose();
}
