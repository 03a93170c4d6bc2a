using Cellway.Manager.Incidents;
using Cellway.Model.Health;

namespace Cellway.Tests.Manager.Incidents;

/// <summary>A network second by second: what is true of it, and what management gets to know of that, late and in part.</summary>
/// <remarks>
/// Verdicts follow the truth after some seconds, each at its own time. A session outlasts its node by up to half a minute. A report is
/// kept as long as the Entry's session. Now and then one Entry loses one Core for some seconds, in every scenario.
/// </remarks>
internal sealed class SimulatedNetwork
{
    public static readonly DateTimeOffset Start = Samples.Now;

    private const int SessionSeconds = 30;
    private const double BlipsPerPairAndHour = 2;

    private readonly Random _random;

    public SimulatedNetwork(Random random, int cells, int entries, int participants, bool labelled)
    {
        _random = random;
        Cells = [.. Enumerable.Range(0, cells).Select(i => new SimulatedCell($"cell-{i}"))];
        foreach (var cell in Cells)
        {
            // At least two participants have Cores in each cell if there are two at all.
            var count = random.Next(Math.Max(2, Math.Min(2, participants)), 7);
            cell.Cores.AddRange(Enumerable.Range(0, count).Select(i => new SimulatedCore($"{cell.Id}-core-{i}", $"participant-{(i < 2 ? i % participants : random.Next(participants))}", cell)));
        }

        Entries = [.. Enumerable.Range(0, entries).Select(i => new SimulatedEntry($"entry-{i}", labelled ? $"network-{i % Math.Max(1, entries / 2)}" : null))];
        Cores = [.. Cells.SelectMany(c => c.Cores)];
        Verdicts = new SimulatedVerdict[entries, Cores.Count];
        for (var e = 0; e < entries; e++)
        {
            for (var c = 0; c < Cores.Count; c++)
            {
                Verdicts[e, c] = new() { Since = Start.AddHours(-1) };
            }

            foreach (var cell in Cells)
            {
                // Some Entries see too few clients of a cell to tell.
                Entries[e].Clients[cell] = new() { Truth = random.NextDouble() < 0.15 ? Arrivals.Idle : Arrivals.Normal };
            }
        }
    }

    public IReadOnlyList<SimulatedCell> Cells { get; }

    public IReadOnlyList<SimulatedEntry> Entries { get; }

    public IReadOnlyList<SimulatedCore> Cores { get; }

    public SimulatedVerdict[,] Verdicts { get; }

    public int Second { get; private set; }

    public DateTimeOffset Now => Start.AddSeconds(Second);

    /// <summary>How a domain is on the way from an Entry: reachable, slow, stalling, refused or unreachable.</summary>
    public Func<SimulatedEntry, SimulatedCell, CoreReach> Way { get; set; } = (_, _) => CoreReach.Reachable;

    public void Advance()
    {
        Second++;
        foreach (var core in Cores)
        {
            core.Advance(Now, Second, _random, SessionSeconds);
        }

        foreach (var entry in Entries)
        {
            entry.Advance(Now, Second, SessionSeconds);
        }

        if (_random.NextDouble() < Verdicts.Length * BlipsPerPairAndHour / 3600)
        {
            Verdicts[_random.Next(Entries.Count), _random.Next(Cores.Count)].BlipUntil = Second + _random.Next(2, 8);
        }

        for (var e = 0; e < Entries.Count; e++)
        {
            for (var c = 0; c < Cores.Count; c++)
            {
                AdvanceVerdict(Entries[e], Cores[c], Verdicts[e, c]);
            }
        }

        HearCores();
    }

    /// <summary>No Entry says anything but that all is well.</summary>
    public bool IsQuiet
    {
        get
        {
            foreach (var verdict in Verdicts)
            {
                if (verdict.Reach != CoreReach.Reachable)
                {
                    return false;
                }
            }

            return Entries.All(e => e.Clients.Values.All(c => c.Said != Arrivals.Collapsed));
        }
    }

    public NetworkPicture Picture() => new(
        [.. Cells.Select(cell => new CellPicture(cell.Id, cell.EntryDomain, cell.ExitDomain, [.. cell.Cores.Where(c => c.IsAttached).Select(c => new CorePicture(c.Id, c.Participant, c.AttachedSince, c.HeardAfterLossAt))]))],
        [.. Entries.Index().Where(e => e.Item.IsAttached).Select(e => new EntryPicture(e.Item.Id, e.Item.Network, null, ReportOf(e.Index, e.Item)))]);

    private void AdvanceVerdict(SimulatedEntry entry, SimulatedCore core, SimulatedVerdict verdict)
    {
        var truth = !entry.NetworkIsUp || verdict.BlipUntil > Second ? CoreReach.Unreachable
            : core.Reach != CoreReach.Reachable ? core.Reach
            : Way(entry, core.Cell);
        if (truth == verdict.Reach)
        {
            verdict.ChangesAt = int.MaxValue;
        }
        else if (verdict.ChangesAt == int.MaxValue || truth != verdict.Next)
        {
            // What is lost is noticed by the sessions that break; what is back, by the next probe.
            verdict.Next = truth;
            verdict.ChangesAt = Second + (truth.Carries() ? _random.Next(2, 12) : _random.Next(1, 6));
        }
        else if (Second >= verdict.ChangesAt && entry.ReachesManagement)
        {
            (verdict.Reach, verdict.Since, verdict.ChangesAt) = (truth, Now, int.MaxValue);
            entry.Report = null;
        }
    }

    private void HearCores()
    {
        for (var c = 0; c < Cores.Count; c++)
        {
            DateTimeOffset? loss = null;
            for (var e = 0; e < Entries.Count; e++)
            {
                if (Entries[e].IsAttached && Verdicts[e, c] is var verdict && !verdict.Reach.Carries() && (loss is null || verdict.Since > loss))
                {
                    loss = verdict.Since;
                }
            }

            Cores[c].Hear(loss, _random);
        }
    }

    private EntryReportRecord ReportOf(int e, SimulatedEntry entry)
    {
        if (entry.Report is { } same)
        {
            return same;
        }

        var cores = new Dictionary<string, CoreReachReport>();
        for (var c = 0; c < Cores.Count; c++)
        {
            cores[Cores[c].Id] = new() { ExitDomain = Cores[c].Cell.ExitDomain, Reach = Verdicts[e, c].Reach, Since = Verdicts[e, c].Since };
        }

        return entry.Report = new()
        {
            Entry = entry.Id,
            SourceNetwork = entry.Network,
            Cores = entry.HasTried ? cores : [],
            Cells = entry.Clients.ToDictionary(c => c.Key.Id, c => new CellArrivalsReport { EntryDomain = c.Key.EntryDomain, Arrivals = c.Value.Said, Since = c.Value.Since }),
        };
    }
}

internal sealed class SimulatedCell(string id)
{
    public string Id => id;

    public string EntryDomain => $"entry.{id}.example";

    public string ExitDomain => $"exit.{id}.example";

    public List<SimulatedCore> Cores { get; } = [];
}

internal sealed class SimulatedVerdict
{
    public CoreReach Reach { get; set; } = CoreReach.Reachable;

    public DateTimeOffset Since { get; set; }

    public CoreReach Next { get; set; }

    public int ChangesAt { get; set; } = int.MaxValue;

    public int BlipUntil { get; set; }
}

internal sealed class SimulatedCore(string id, string participant, SimulatedCell cell)
{
    private int _silentSince = int.MaxValue;
    private int _attachesAt = int.MaxValue;
    private DateTimeOffset? _asked;

    public string Id => id;

    public string Participant => participant;

    public SimulatedCell Cell => cell;

    /// <summary>How the Core itself is, whoever asks: reachable, or what a dead, filtered or slow server looks like.</summary>
    public CoreReach Reach { get; set; } = CoreReach.Reachable;

    /// <summary>Whether its heartbeats reach management.</summary>
    public bool Beats { get; set; } = true;

    public bool IsAttached { get; private set; } = true;

    public DateTimeOffset AttachedSince { get; private set; } = SimulatedNetwork.Start.AddHours(-2);

    public DateTimeOffset? HeardAfterLossAt { get; private set; }

    /// <summary>It says that it goes.</summary>
    public void Leave() => (IsAttached, Beats, Reach) = (false, false, CoreReach.Refused);

    public void Die(CoreReach looks) => (Beats, Reach) = (false, looks);

    public void Return() => (Beats, Reach) = (true, CoreReach.Reachable);

    public void Advance(DateTimeOffset now, int second, Random random, int sessionSeconds)
    {
        if (!Beats)
        {
            _attachesAt = int.MaxValue;
            _silentSince = _silentSince == int.MaxValue ? second - random.Next(0, 10) : _silentSince;
            IsAttached &= second - _silentSince < sessionSeconds;
        }
        else if (_silentSince != int.MaxValue)
        {
            // A new process, or a new connection of the old one.
            _attachesAt = _attachesAt == int.MaxValue ? second + random.Next(1, 6) : _attachesAt;
            if (second >= _attachesAt)
            {
                (IsAttached, AttachedSince, _silentSince) = (true, now, int.MaxValue);
            }
        }
    }

    public void Hear(DateTimeOffset? loss, Random random)
    {
        if (loss is null)
        {
            (HeardAfterLossAt, _asked) = (null, null);
        }
        else if (_asked == loss && _silentSince == int.MaxValue && random.NextDouble() < 0.7)
        {
            HeardAfterLossAt = loss;
        }
        else
        {
            _asked = loss;
        }
    }
}

internal sealed class SimulatedEntry(string id, string? network)
{
    private int _silentSince = int.MaxValue;

    public string Id => id;

    public string? Network => network;

    /// <summary>Whether it reaches anything but management.</summary>
    public bool NetworkIsUp { get; set; } = true;

    public bool ReachesManagement { get; set; } = true;

    public bool IsAttached { get; private set; } = true;

    public bool HasTried { get; set; } = true;

    public Dictionary<SimulatedCell, SimulatedClients> Clients { get; } = [];

    public EntryReportRecord? Report { get; set; }

    public void Advance(DateTimeOffset now, int second, int sessionSeconds)
    {
        if (!ReachesManagement)
        {
            _silentSince = _silentSince == int.MaxValue ? second : _silentSince;
            IsAttached &= second - _silentSince < sessionSeconds;
            return;
        }

        (IsAttached, _silentSince) = (true, int.MaxValue);
        foreach (var clients in Clients.Values.Where(c => c.Truth != c.Said))
        {
            (clients.Said, clients.Since) = (clients.Truth, now);
            Report = null;
        }
    }
}

internal sealed class SimulatedClients
{
    private Arrivals _truth;

    public Arrivals Truth
    {
        get => _truth;
        set => (_truth, Said) = (value, Said == 0 ? value : Said);
    }

    public Arrivals Said { get; set; }

    public DateTimeOffset Since { get; set; } = SimulatedNetwork.Start.AddHours(-1);
}
