using System.Globalization;
using Cellway.Model.State;
using Cellway.State.Etcd.Wire;
using Grpc.Core;

namespace Cellway.State.Etcd;

/// <summary>The members of the cluster: one is used until it fails, then the next.</summary>
/// <remarks>
/// A call that only reads, or that does the same when done twice, goes on to the next member until its time is up. A transaction
/// goes on only while it has certainly not been sent: what becomes of one that was, only the store knows, so its caller is told.
/// </remarks>
internal sealed class EtcdMembers : IDisposable
{
    private static readonly Version Oldest = new(3, 4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly EtcdMember[] _members;
    private readonly EtcdStateOptions _options;
    private readonly EtcdCredentials? _credentials;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private int _current;
    private ulong _cluster;

    public EtcdMembers(EtcdStateOptions options, EtcdCredentials? credentials, TimeProvider time)
    {
        _options = options;
        _credentials = credentials;
        _time = time;
        Closing = _closing.Token;
        _members = [.. options.Endpoints.Select(e => new EtcdMember(e, credentials))];
    }

    /// <summary>Cancelled when the store is closed.</summary>
    public CancellationToken Closing { get; }

    /// <summary>Asks every member who it is. One answer is enough; a wrong one is too much.</summary>
    /// <exception cref="EtcdStoreException">A member is too old, of another cluster, or nobody accepts us.</exception>
    /// <exception cref="StateUnavailableException">Nobody answers.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var failures = await Task.WhenAll(_members.Select(m => TryVerifyAsync(m, cancellationToken)));
        _current = Array.FindIndex(failures, f => f is null);
        if (_current < 0)
        {
            throw failures.OfType<EtcdStoreException>().FirstOrDefault() ?? failures[0]!;
        }
    }

    /// <summary>Runs a call that does the same when it is done twice.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="within">How long a member may take; <see langword="null"/> for what the options say.</param>
    public Task<T> RepeatableAsync<T>(Func<EtcdMember, CallOptions, Task<T>> call, CancellationToken cancellationToken, TimeSpan? within = null) =>
        RunAsync(call, repeatable: true, within ?? _options.RequestTimeout, within ?? _options.AttemptTimeout, cancellationToken);

    /// <summary>Runs a call that is not repeated once it may have been sent.</summary>
    public Task<T> OnceAsync<T>(Func<EtcdMember, CallOptions, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(call, repeatable: false, _options.RequestTimeout, _options.AttemptTimeout, cancellationToken);

    /// <summary>A member that has just shown that it is there.</summary>
    public Task<EtcdMember> AnyAsync(CancellationToken cancellationToken) =>
        RepeatableAsync((member, _) => Task.FromResult(member), cancellationToken);

    /// <summary>The next call goes to another member, and this one has to show itself before it is used again.</summary>
    public void Failed(EtcdMember member)
    {
        lock (_gate)
        {
            member.IsVerified = false;
            if (_members[_current] == member)
            {
                _current = (_current + 1) % _members.Length;
            }
        }
    }

    /// <summary>Ends the calls under way.</summary>
    public void Dispose()
    {
        if (Closing.IsCancellationRequested)
        {
            return;
        }

        _closing.Cancel();
        foreach (var member in _members)
        {
            member.Dispose();
        }

        _closing.Dispose();
    }

    private async Task<T> RunAsync<T>(
        Func<EtcdMember, CallOptions, Task<T>> call, bool repeatable, TimeSpan within, TimeSpan attemptWithin, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource(within, _time);
        using var overall = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken, Closing);
        for (var tries = 1; ; tries++)
        {
            using var patience = new CancellationTokenSource(attemptWithin, _time);
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, overall.Token);
            var member = Current;
            var sent = false;
            try
            {
                await VerifyAsync(member, attempt.Token); // changes nothing, so a failure here may always be tried elsewhere
                sent = true;
                var answer = await call(member, EtcdMember.Options(repeatable ? attempt.Token : overall.Token));
                RequireOwnCluster(member, HeaderOf(answer));
                return answer;
            }
            catch (RpcException e) when (attempt.IsCancellationRequested || EtcdErrors.IsTransient(e))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ThrowIfClosed();
                Failed(member);
                if (sent && !repeatable && !EtcdErrors.IsNotSent(e))
                {
                    throw EtcdErrors.Unknown(member.Endpoint, e);
                }

                if (limit.IsCancellationRequested)
                {
                    throw EtcdErrors.Failed(member.Endpoint, e);
                }
            }
            catch (EtcdStoreException e)
            {
                // It was replaced by something else while we were away from it. The others may still be what they were.
                Failed(member);
                if (tries >= _members.Length)
                {
                    throw new StateUnavailableException(e.Message, e);
                }
            }
            catch (RpcException e) when (e.StatusCode is not (StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.OutOfRange))
            {
                throw EtcdErrors.Failed(member.Endpoint, e);
            }

            if (tries % _members.Length == 0)
            {
                await Task.Delay(Pause, _time, overall.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private EtcdMember Current
    {
        get
        {
            lock (_gate)
            {
                return _members[_current];
            }
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Closing.IsCancellationRequested, typeof(EtcdStateStore));

    private async Task<IOException?> TryVerifyAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await VerifyAsync(member, both.Token);
            return null;
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await ExplainAsync(member, e, both.Token);
        }
    }

    private async Task<IOException> ExplainAsync(EtcdMember member, RpcException e, CancellationToken cancellationToken)
    {
        try
        {
            if (_credentials is not null && await EtcdHandshake.FindRefusalAsync(member.Endpoint, _credentials, cancellationToken) is { } why)
            {
                return EtcdErrors.Certificates(member.Endpoint, why, e);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is up: then it is what it looked like.
        }

        return EtcdErrors.Failed(member.Endpoint, e);
    }

    private static ResponseHeader? HeaderOf(object? answer) => answer switch
    {
        RangeResponse range => range.Header,
        TxnResponse transaction => transaction.Header,
        LeaseGrantResponse granted => granted.Header,
        LeaseKeepAliveResponse renewed => renewed.Header,
        _ => null,
    };

    /// <summary>Looks whose answer it is: a connection may be another one than the one that was looked at.</summary>
    /// <exception cref="EtcdStoreException">Another cluster's.</exception>
    public void RequireOwnCluster(EtcdMember member, ResponseHeader? header)
    {
        if (header is not null && header.ClusterId != _cluster)
        {
            throw new EtcdStoreException($"etcd at {member.Endpoint} belongs to another cluster than the other endpoints. Name members of one cluster only.");
        }
    }

    private async Task VerifyAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        if (member.IsVerified)
        {
            return;
        }

        var status = await member.Maintenance.StatusAsync(new(), new CallOptions(cancellationToken: cancellationToken));
        if (!Version.TryParse(status.Version.Split('-')[0], out var version) || version < Oldest)
        {
            throw new EtcdStoreException(string.Create(
                CultureInfo.InvariantCulture, $"etcd at {member.Endpoint} has version {status.Version}; Cellway needs {Oldest} or newer. Upgrade that member."));
        }

        lock (_gate)
        {
            _cluster = _cluster == 0 ? status.Header.ClusterId : _cluster;
            RequireOwnCluster(member, status.Header);

            member.IsVerified = true;
        }
    }
}
