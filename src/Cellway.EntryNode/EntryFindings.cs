using System.Threading.Channels;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Contracts;
using CoreFinding = Cellway.DataPlane.Tunnel.Entry.Reach.CoreFinding;

namespace Cellway.EntryNode;

/// <summary>Tells management what the gateway finds: all of it, then what has changed.</summary>
internal sealed class EntryFindings(EntryServer server, TimeProvider time)
{
    // Changes that come in quick succession go out together: the first one at once.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    public async Task ReportAsync(Action<Findings> send, CancellationToken cancellationToken)
    {
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Wake() => wake.Writer.TryWrite(true);
        server.FindingsChanged += Wake;
        try
        {
            Dictionary<string, CoreFinding>? told = null;
            do
            {
                wake.Reader.TryRead(out _);
                var now = server.CoreFindings().ToDictionary(f => f.CoreId, StringComparer.Ordinal);
                send(Difference(told, now));
                told = now;
                await Task.Delay(Gather, time, cancellationToken);
            }
            while (await wake.Reader.WaitToReadAsync(cancellationToken));
        }
        finally
        {
            server.FindingsChanged -= Wake;
        }
    }

    private Findings Difference(Dictionary<string, CoreFinding>? told, Dictionary<string, CoreFinding> now)
    {
        var findings = new Findings { Whole = told is null };
        findings.Cores.AddRange(now.Values.Where(f => told is null || !told.TryGetValue(f.CoreId, out var before) || before.Reach != f.Reach || before.ExitDomain != f.ExitDomain).Select(Write));
        findings.Forgotten.AddRange(told?.Keys.Where(id => !now.ContainsKey(id)) ?? []);
        findings.Cells.AddRange(server.ArrivalsFindings().Select(f => new ArrivalsFinding
        {
            CellId = f.CellId,
            EntryDomain = f.EntryDomain,
            Arrivals = (Arrivals)f.Arrivals, // the numbers are the same
            Seconds = (uint)f.Age.TotalSeconds,
        }));
        return findings;
    }

    private static Model.Contracts.CoreFinding Write(CoreFinding finding) => new()
    {
        CoreId = finding.CoreId,
        ExitDomain = finding.ExitDomain,
        Reach = (CoreReach)finding.Reach, // the numbers are the same
        Seconds = (uint)finding.Age.TotalSeconds,
        Milliseconds = (uint)finding.Milliseconds,
    };
}
