using System.Threading.Channels;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Writes down how far a broadcast has come: one transaction after the other, each with all that was sent while the one before it was written.</summary>
internal sealed class BroadcastProgress : IAsyncDisposable
{
    private readonly BotDesk _desk;
    private readonly LeaderTerm _term;
    private readonly string _id;
    private readonly IReadOnlyList<string> _order;
    private readonly CancellationToken _end;
    private readonly Channel<(string Person, SendResult Result)> _done = Channel.CreateUnbounded<(string, SendResult)>();
    private readonly HashSet<string> _ahead = new(StringComparer.Ordinal);
    private readonly Task _writing;
    private int _next;
    private bool _whole;

    /// <param name="desk">Where it is kept.</param>
    /// <param name="term">Writes as the leader.</param>
    /// <param name="id">The broadcast.</param>
    /// <param name="order">Whom it still has to go to, in order.</param>
    /// <param name="end">There is no more time to write.</param>
    public BroadcastProgress(BotDesk desk, LeaderTerm term, string id, IReadOnlyList<string> order, CancellationToken end)
    {
        (_desk, _term, _id, _order, _end) = (desk, term, id, order, end);
        _writing = RunAsync();
    }

    /// <summary>It was called off.</summary>
    public bool IsOver => _desk.State.Broadcasts.Find(_id) is not { EndedAt: null };

    public void Done(string person, SendResult result) => _done.Writer.TryWrite((person, result));

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
        while (await _done.Reader.WaitToReadAsync(CancellationToken.None))
        {
            List<(string Person, SendResult Result)> news = [];
            while (_done.Reader.TryRead(out var one))
            {
                news.Add(one);
            }

            await CommitAsync(news, isOver: false);
        }

        if (_whole)
        {
            await CommitAsync([], isOver: true);
        }
    }

    private async Task CommitAsync(IReadOnlyList<(string Person, SendResult Result)> news, bool isOver)
    {
        _ahead.UnionWith(news.Select(n => n.Person));
        while (_next < _order.Count && _ahead.Remove(_order[_next]))
        {
            _next++;
        }

        while (_desk.State.Broadcasts.Find(_id) is { } before)
        {
            var changes = new BotChanges();
            changes.Put(_desk.State.Broadcasts, _id, before with
            {
                Cursor = _next > 0 ? _order[_next - 1] : before.Cursor,
                Ahead = [.. before.Ahead.Where(a => _next == 0 || string.CompareOrdinal(a, _order[_next - 1]) > 0).Union(_ahead, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                Sent = before.Sent + news.Count(n => n.Result == SendResult.Sent),
                Failed = before.Failed + news.Count(n => n.Result != SendResult.Sent),
                EndedAt = before.EndedAt ?? (isOver ? _desk.Time.GetUtcNow() : null),
            });
            foreach (var (person, _) in news.Where(n => n.Result == SendResult.Gone).Take(100))
            {
                if (_desk.State.People.Find(person) is { Unreachable: false } gone)
                {
                    changes.Put(_desk.State.People, person, gone with { Unreachable = true });
                }
            }

            try
            {
                await new BotStore(_desk.Store, _term, changes).CommitAsync(_end);
                return;
            }
            catch (ChangedMeanwhileException)
            {
                // Called off, or somebody has just written.
            }
        }
    }
}
