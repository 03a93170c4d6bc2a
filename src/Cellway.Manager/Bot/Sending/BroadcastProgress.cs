using System.Threading.Channels;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;
using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Writes down how far a broadcast has come: one transaction after the other, each with all that was sent while the one before it was written.</summary>
internal sealed class BroadcastProgress : IAsyncDisposable
{
    private const int MaxGone = 100; // etcd takes 128 operations in one transaction
    private static readonly TimeSpan StateAwayFor = TimeSpan.FromSeconds(1);

    private readonly BotDesk _desk;
    private readonly LeaderTerm _term;
    private readonly BotBroadcastRecord _begun;
    private readonly IReadOnlyList<string> _order;
    private readonly BotLog _log;
    private readonly CancellationToken _end;
    private readonly Channel<Outcome> _done = Channel.CreateUnbounded<Outcome>();
    private readonly HashSet<string> _ahead = new(StringComparer.Ordinal);
    private readonly Task _writing;
    private int _next;
    private int _sent;
    private int _failed;
    private bool _whole;

    /// <param name="desk">Where it is kept.</param>
    /// <param name="term">Writes as the leader.</param>
    /// <param name="begun">The broadcast as it is now.</param>
    /// <param name="order">Whom it still has to go to, in order.</param>
    /// <param name="log">Tells that the state is away.</param>
    /// <param name="end">There is no more time to write.</param>
    public BroadcastProgress(BotDesk desk, LeaderTerm term, BotBroadcastRecord begun, IReadOnlyList<string> order, BotLog log, CancellationToken end)
    {
        (_desk, _term, _begun, _order, _log, _end) = (desk, term, begun, order, log, end);
        _writing = RunAsync();
    }

    /// <summary>It was called off.</summary>
    public bool IsOver => _desk.State.Broadcasts.Find(_begun.Id) is not { EndedAt: null };

    /// <summary>Returns when it is written that this person has been dealt with.</summary>
    public async Task DoneAsync(string person, SendResult result)
    {
        var outcome = new Outcome(person, result, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_done.Writer.TryWrite(outcome))
        {
            throw new OperationCanceledException("Nothing is written any more.");
        }

        await outcome.Written.Task;
    }

    /// <summary>Nothing more is sent; waits until all is written.</summary>
    public async Task WriteAsync(bool isWhole)
    {
        _whole = isWhole;
        _done.Writer.TryComplete();
        await _writing;
    }

    public async ValueTask DisposeAsync()
    {
        _done.Writer.TryComplete();
        await _writing.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task RunAsync()
    {
        List<Outcome> news = [];
        try
        {
            while (await _done.Reader.WaitToReadAsync(CancellationToken.None))
            {
                news = [.. ReadAll()];
                await CommitAsync(news, isOver: false);
                news.ForEach(n => n.Written.TrySetResult());
            }

            if (_whole)
            {
                await CommitAsync([], isOver: true);
            }
        }
        finally
        {
            _done.Writer.TryComplete();
            news.AddRange(ReadAll());
            news.ForEach(n => n.Written.TrySetCanceled(CancellationToken.None));
        }
    }

    private IEnumerable<Outcome> ReadAll()
    {
        while (_done.Reader.TryRead(out var one))
        {
            yield return one;
        }
    }

    private async Task CommitAsync(IReadOnlyList<Outcome> news, bool isOver)
    {
        _sent += news.Count(n => n.Result == SendResult.Sent);
        _failed += news.Count(n => n.Result != SendResult.Sent);
        _ahead.UnionWith(news.Select(n => n.Person));
        while (_next < _order.Count && _ahead.Remove(_order[_next]))
        {
            _next++;
        }

        while (_desk.State.Broadcasts.Find(_begun.Id) is { } before)
        {
            try
            {
                await new BotStore(_desk.Store, _term, Changes(before, news, isOver)).CommitAsync(_end);
                return;
            }
            catch (ChangedMeanwhileException)
            {
                // Called off, or somebody has just written.
            }
            catch (StateUnavailableException e)
            {
                // Whatever was sent must be known before more is: whether it was written or not, it can be written again.
                _log.StateAway(e);
                await Task.Delay(StateAwayFor, _desk.Time, _end);
            }
        }
    }

    private BotChanges Changes(BotBroadcastRecord before, IReadOnlyList<Outcome> news, bool isOver)
    {
        var changes = new BotChanges();
        changes.Put(_desk.State.Broadcasts, before.Id, before with
        {
            Cursor = _next > 0 ? _order[_next - 1] : before.Cursor,
            Ahead = [.. before.Ahead.Where(a => _next == 0 || string.CompareOrdinal(a, _order[_next - 1]) > 0).Union(_ahead, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Sent = _begun.Sent + _sent,
            Failed = _begun.Failed + _failed,
            EndedAt = before.EndedAt ?? (isOver ? _desk.Time.GetUtcNow() : null),
        });
        foreach (var gone in news.Where(n => n.Result == SendResult.Gone).Take(MaxGone))
        {
            if (_desk.State.People.Find(gone.Person) is { Unreachable: false } person)
            {
                changes.Put(_desk.State.People, gone.Person, person with { Unreachable = true });
            }
        }

        return changes;
    }

    private sealed record Outcome(string Person, SendResult Result, TaskCompletionSource Written);
}
