using System.Runtime.CompilerServices;
using Cellway.Model.State;

namespace Cellway.IntegrationTests.Manager;

/// <summary>A store whose next commit of a kind fails: before it happens, or after it has and only the answer is lost.</summary>
internal sealed class FaultyStore(IStateStore inner) : IStateStore
{
    private Func<StateTransaction, bool>? _matches;
    private Func<Task>? _first;
    private bool _loseAnswer;

    public void FailNext(Func<StateTransaction, bool> matches, bool loseAnswer) => (_matches, _loseAnswer, _first) = (matches, loseAnswer, null);

    /// <summary>Lets something happen just before the next such commit.</summary>
    public void BeforeNext(Func<StateTransaction, bool> matches, Func<Task> first) => (_matches, _first) = (matches, first);

    /// <summary>What watches end with at the next change.</summary>
    public Exception? WatchFailure { get; set; }

    /// <summary>Whether folders cannot be read.</summary>
    public bool ListsFail { get; set; }

    /// <summary>Whether single keys cannot be read.</summary>
    public bool ReadsFail { get; set; }

    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) =>
        ReadsFail ? throw new StateUnavailableException("The test says so.") : inner.GetAsync(key, cancellationToken);

    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken) =>
        ListsFail ? throw new StateUnavailableException("The test says so.") : inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken) => inner.ScanAsync(prefix, cancellationToken);

    public async ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        if (_matches?.Invoke(transaction) != true)
        {
            return await inner.CommitAsync(transaction, cancellationToken);
        }

        _matches = null;
        if (_first is not null)
        {
            await _first();
            return await inner.CommitAsync(transaction, cancellationToken);
        }

        if (_loseAnswer)
        {
            await inner.CommitAsync(transaction, cancellationToken);
        }

        throw new StateUnavailableException("The test says so.");
    }

    public async IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in inner.WatchAsync(prefix, fromRevision, cancellationToken))
        {
            yield return WatchFailure is { } failure ? throw failure : batch;
        }
    }

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => inner.GrantLeaseAsync(timeToLive, cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RenewLeaseAsync(leaseId, cancellationToken);

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RevokeLeaseAsync(leaseId, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
