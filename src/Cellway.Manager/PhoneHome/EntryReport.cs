using System.Threading.Channels;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Health;
using Cellway.Model.State;

namespace Cellway.Manager.PhoneHome;

/// <summary>Writes down what one attached Entry finds, when a verdict changes: in one record, by the lease of its session.</summary>
internal sealed class EntryReport
{
    // However often its verdicts change.
    internal static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(1);

    private readonly NodeSession _session;
    private readonly NodeSessions _sessions;
    private readonly StateKeys _keys;
    private readonly NetworkViewFeed _feed;
    private readonly TimeProvider _time;
    private readonly PhoneHomeLog _log;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile EntryReportRecord _record;

    public EntryReport(NodeSession session, NodeSessions sessions, StateKeys keys, NetworkViewFeed feed, TimeProvider time, PhoneHomeLog log)
    {
        (_session, _sessions, _keys, _feed, _time, _log) = (session, sessions, keys, feed, time, log);
        _record = new()
        {
            Entry = session.Record.Node,
            SourceNetwork = session.Record.SourceNetwork,
            Cores = new Dictionary<string, CoreReachReport>(),
            Cells = new Dictionary<string, CellArrivalsReport>(),
        };
        session.WrittenAgain = () => _wake.Writer.TryWrite(true);
    }

    /// <summary>Takes in what the Entry says.</summary>
    public void Take(Findings findings)
    {
        _record = EntryFindings.After(_record, findings, _feed.Current, _time.GetUtcNow());
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Writes until the stream ends. Its record goes with its session.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (await _wake.Reader.WaitToReadAsync(stop))
        {
            _wake.Reader.TryRead(out _);
            try
            {
                await WriteAsync(_record, stop);
            }
            catch (IOException e)
            {
                _log.ReportNotWritten(_session.Record.Node, e);
                _wake.Writer.TryWrite(true);
            }

            await Task.Delay(BetweenWrites, _time, stop);
        }
    }

    // What is empty, and replaces nothing, need not be said.
    private async Task WriteAsync(EntryReportRecord record, CancellationToken cancellationToken)
    {
        if (record.Cores.Count + record.Cells.Count > 0 || _feed.Current.EntryReports.ContainsKey(record.Entry))
        {
            await _sessions.PutBesideAsync(_session, _keys.EntryReport(record.Entry), StateJson.Write(record), cancellationToken);
        }
    }
}
