using System.Text.Json;
using Cellway.Testing.Histories;

namespace Cellway.EndToEndTests.Faults;

/// <summary>Says what happens, and keeps what is needed to look at a failure again.</summary>
internal sealed class FaultReport(FaultOptions options)
{
    private readonly string _directory = Path.Combine(ArtifactsDirectory, "faults", $"seed-{options.Seed}");

    public string HowToRepeat => $"repeat with “./test faults --seed {options.Seed}{(options.Rounds > 1 ? " --long" : "")}”; the history and every log are in {_directory}";

    private static string ArtifactsDirectory
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && directory.Name != "artifacts")
            {
                directory = directory.Parent;
            }

            return directory?.FullName ?? AppContext.BaseDirectory;
        }
    }

    public static void Say(string line) => Console.WriteLine($"faults: {line}");

    public async Task KeepAsync(History history, IEnumerable<ReplicaProcess> replicas)
    {
        Directory.CreateDirectory(_directory);
        await using (var file = File.Create(Path.Combine(_directory, "history.json")))
        {
            await JsonSerializer.SerializeAsync(file, history);
        }

        foreach (var (_, path) in replicas.SelectMany(r => r.Logs))
        {
            File.Copy(path, Path.Combine(_directory, Path.GetFileName(path)), overwrite: true);
        }
    }

    public static void Sum(History history)
    {
        Say($"{history.Writes.Count} writes ({Count(Outcome.Done)} acknowledged, {Count(Outcome.Unknown)} without an answer), {history.Enrollments.Count} enrollments ({history.Enrollments.Count(e => e.Outcome == Outcome.Done)} acknowledged), {history.Admissions.Count} certificates shown");
        Say($"{history.Lookups.Count} lookups ({history.Lookups.Count(l => l.IsKnown is not null)} answered), {history.Changes.Count} changes in the store, each watched {history.Watches.Count} times");
        Say($"{history.Facts.Count(f => f.Subject == Facts.Leader && f.Value.Length > 0)} terms, {history.Leading.Count(l => l.Subject is not null)} acts of leaders");

        int Count(Outcome outcome) => history.Writes.Count(w => w.Outcome == outcome);
    }
}
