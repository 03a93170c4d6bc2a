using Cellway.Cli.Local;

namespace Cellway.Benchmarks.Failover;

/// <summary>Cores are killed, frozen and blocked, each in a cell of its own, while visitors come.</summary>
internal sealed class CoreFaults(FailoverNetwork network)
{
    public const string Kills = "kills";
    public const string Freezes = "freezes";
    public const string Blocks = "blocks";

    // After that an Entry may make handshakes again, and trusts what was lost and has come back.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(62);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, List<double>> _measured = [];

    public static IReadOnlyList<string> All => [Kills, Freezes, Blocks];

    public static async Task<IReadOnlyList<Row>> MeasureAsync(IReadOnlyCollection<string> parts, bool quick)
    {
        await using var network = await FailoverNetwork.StartAsync(quick ? 3 : 20);
        var faults = new CoreFaults(network);
        await Task.Delay(TimeSpan.FromSeconds(5));
        foreach (var part in All.Where(parts.Contains))
        {
            if (faults._measured.Count > 0)
            {
                await faults.CalmDownAsync();
            }

            await (part switch
            {
                Kills => faults.AllAsync(TimeSpan.FromSeconds(1.2), faults.KillAsync),
                Freezes => faults.AllAsync(TimeSpan.FromSeconds(1.7), faults.FreezeAsync),
                _ => faults.AllAsync(TimeSpan.FromSeconds(1.7), faults.BlockAsync),
            });
        }

        return [.. faults._measured.Select(m => Row.Of(m.Key, "s", m.Value))];
    }

    private async Task AllAsync(TimeSpan apart, Func<DemoCell, Task> trial)
    {
        List<Task> trials = [];
        foreach (var cell in network.Cells)
        {
            trials.Add(trial(cell));
            await Task.Delay(apart);
        }

        await Task.WhenAll(trials);
        foreach (var (what, runs) in _measured)
        {
            await Console.Error.WriteLineAsync($"{what}: {string.Join(' ', runs)}"); // should the rest not come to its end
        }
    }

    private async Task CalmDownAsync()
    {
        await Task.Delay(Calm);
        await network.Network.WaitUntilReadyAsync(default);
        while (!network.IsWhole)
        {
            await Task.Delay(100);
        }
    }

    private async Task KillAsync(DemoCell cell)
    {
        var (core, process, visitors) = await VictimAsync(cell);
        var fault = TimeProvider.System.GetTimestamp();
        await network.Network.KillAsync(process);
        var losses = await Loss.SettledAsync(visitors, fault);
        Note("killed, sockets refuse: new connections succeed", losses.Max(l => l.Loss.Until));
        Note("killed, sockets refuse: longest that one hung", losses.Max(l => l.Loss.Hung));
        await EndAsync(cell, process);
    }

    private async Task FreezeAsync(DemoCell cell)
    {
        var (core, process, visitors) = await VictimAsync(cell);
        var fault = TimeProvider.System.GetTimestamp();
        network.Network[process].Freeze();
        var losses = await Loss.SettledAsync(visitors, fault);
        Note("frozen: new connections succeed", losses.Max(l => l.Loss.Until));
        var sure = losses.Select(l => (l.Loss, At: network.LostAt(l.Visitor.Entry, core))) // one may have been told by management first
            .Where(l => l.At is not null)
            .Select(l => (l.Loss.Until, Sure: TimeProvider.System.GetElapsedTime(fault, l.At!.Value)))
            .ToList();
        if (sure.Count > 0)
        {
            Note("frozen: its Entries are sure", sure.Max(s => s.Sure));
            Note("frozen: the same, after its Entry is sure", sure.Max(s => s.Until - s.Sure));
        }

        Note("frozen: longest that one hung", losses.Max(l => l.Loss.Hung));
        await network.Network.KillAsync(process);
        await EndAsync(cell, process);
    }

    private async Task BlockAsync(DemoCell cell)
    {
        var visitors = network.Visitors[cell.Name];
        visitors.ForEach(v => v.IsEager = true);
        await Task.Delay(Before);
        var fault = TimeProvider.System.GetTimestamp();
        network.Censor.Block(cell.ExitDomain);
        var losses = await Loss.SettledAsync(visitors, fault);
        Note("exit blocked: new connections succeed", losses.Max(l => l.Loss.Until));
        Note("exit blocked: longest that one hung", losses.Max(l => l.Loss.Hung));
        visitors.ForEach(v => v.IsEager = false);
        for (var waited = 0; network.IncidentAt(cell.Name) is null && waited < 900; waited++)
        {
            await Task.Delay(100);
        }

        Note("exit blocked: the incident is open", TimeProvider.System.GetElapsedTime(fault, network.IncidentAt(cell.Name) ?? throw new InvalidOperationException($"No incident of {cell.Name}.")));
    }

    // An Entry stays with the Core that a device's sessions have, so the one to fail is asked of the origin, not of management.
    private async Task<(string Core, string Process, List<Visitor> Visitors)> VictimAsync(DemoCell cell)
    {
        var visitors = network.Visitors[cell.Name];
        visitors.ForEach(v => v.IsEager = true);
        await Task.Delay(Before);
        var cores = await network.CoresAsync(cell);
        var ids = cores.Select(c => c.Process.Id).ToList();
        var used = await Task.WhenAll(visitors.Select(v => v.CoreAsync(ids)));
        var (core, process) = cores.Single(c => c.Process.Id == used[0]);
        return (core, process.Name, [.. visitors.Where((_, i) => used[i] == used[0])]);
    }

    private async Task EndAsync(DemoCell cell, string process)
    {
        network.Visitors[cell.Name].ForEach(v => v.IsEager = false);
        await network.Network.RestartAsync(process, default);
    }

    private void Note(string what, TimeSpan time)
    {
        lock (_measured)
        {
            if (!_measured.TryGetValue(what, out var runs))
            {
                _measured[what] = runs = [];
            }

            runs.Add(Math.Round(time.TotalSeconds, 3));
        }
    }
}
