using System.Globalization;
using Cellway.Cli.Local.Drills;
using Cellway.Manager.Api;

namespace Cellway.Cli.Local;

/// <summary>A cell's exit domain is blocked while somebody uses it: the demo's view of an incident.</summary>
/// <param name="network">Whose first cell is blocked.</param>
/// <param name="censor">Who blocks it.</param>
/// <param name="person">Somebody who goes on asking, and is not patient.</param>
/// <param name="page">For what.</param>
internal sealed class DemoBlockade(DemoNetwork network, Censor censor, HttpClient person, Uri page)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <returns>What happened, and how long it took.</returns>
    public async Task<string> RunAsync(string device, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        censor.Block(network.Home.ExitDomain);
        var found = FindAsync(begun, cancellationToken);
        while (!await IsAnsweredAsync(cancellationToken))
        {
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }

        var answered = TimeProvider.System.GetElapsedTime(begun);
        var cell = await CellOfAsync(device, cancellationToken);
        var (incident, opened) = await found;
        return $"answered again after {Seconds(answered)} through a Core of {cell}; incident “{incident.Kind}” after {Seconds(opened)}";
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private async Task<bool> IsAnsweredAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await person.GetStringAsync(page, cancellationToken)).Length > 0;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<(IncidentInfo Incident, TimeSpan After)> FindAsync(long begun, CancellationToken cancellationToken)
    {
        while (true)
        {
            var incidents = await network.Admin.GetAsync("incidents", AdminJson.Default.IReadOnlyListIncidentInfo, cancellationToken);
            if (incidents.FirstOrDefault(i => i.Cell == network.Home.Name && i.Subject == "exit") is { } incident)
            {
                return (incident, TimeProvider.System.GetElapsedTime(begun));
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<string> CellOfAsync(string device, CancellationToken cancellationToken)
    {
        var core = (await network.Admin.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, cancellationToken)).Single(d => d.Id == device).Core;
        return (await network.Admin.GetAsync("nodes", AdminJson.Default.IReadOnlyListNodeInfo, cancellationToken)).SingleOrDefault(n => n.Id == core)?.Cell ?? "no cell";
    }
}
