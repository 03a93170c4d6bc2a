using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cellway.Benchmarks.Scale;
using Cellway.Cli.Admin;
using Cellway.Manager.Authority;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.State.Copying;
using Cellway.State.Sqlite;

namespace Cellway.Benchmarks;

/// <summary>The built program backs up a large network in an SQLite file, checks the backup and restores it, also to etcd; beside a plain copy of the file.</summary>
internal static class BackupBench
{
    private const string Program = "artifacts/bin/Cellway.Cli/release/cellway";
    private const int Batch = 4000;

    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="quick">A tenth of the devices, three times.</param>
    /// <remarks><c>--only create,restore,etcd,verify</c>: some of it; <c>--keep DIR</c>: the network and its backup stay there, and a later run begins with them.</remarks>
    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        var devices = quick ? 100_000 : 1_000_000;
        var keep = ScaleOptions.Find("--keep");
        var only = ScaleOptions.Find("--only")?.Split(',') ?? ["create", "restore", "etcd", "verify"];
        var home = keep is null ? Directory.CreateTempSubdirectory("cellway-bench-backup-").FullName : Directory.CreateDirectory(keep).FullName;
        try
        {
            if (!Directory.Exists($"{home}/operator"))
            {
                await MakeAsync(home, devices);
            }

            File.Delete($"{home}/state.db.lock");
            return await MeasureAsync(home, $"{devices:n0} devices", only, quick ? 3 : 1);
        }
        finally
        {
            if (keep is null)
            {
                Directory.Delete(home, recursive: true);
            }
        }
    }

    private static async Task<IReadOnlyList<Row>> MeasureAsync(string home, string size, string[] only, int times)
    {
        var backup = $"{home}/network.backup";
        List<Row> rows = [];
        if (only.Contains("create") || !File.Exists(backup))
        {
            await RepeatAsync("create", () =>
            {
                File.Delete(backup);
                return RunAsync(home, "create", backup, "--state", home);
            });
            rows.Add(Row.Of("the state's file", "MB", [new FileInfo($"{home}/state.db").Length / 1e6]));
            rows.Add(Row.Of("the backup", "MB", [new FileInfo(backup).Length / 1e6]));
        }

        if (only.Contains("restore"))
        {
            await RepeatAsync("restore", async () =>
            {
                var restored = await RunAsync(home, "restore", backup, "--state", $"{home}/restored");
                Directory.Delete($"{home}/restored", recursive: true);
                return restored;
            });
            rows.Add(Row.Of("the state's file, copied and synced", "s", [await TimeCopyAsync(home)]));
        }

        if (only.Contains("etcd"))
        {
            await RepeatAsync("restore to etcd", async () =>
            {
                var directory = Directory.CreateDirectory($"{home}/member").FullName;
                try
                {
                    using var etcd = await EtcdProcess.StartAsync(directory);
                    return await RunAsync(home, "restore", backup, "--store", $"etcd:{etcd.Endpoint}", "--key-file", $"{directory}/seal.key");
                }
                finally
                {
                    Directory.Delete(directory, recursive: true);
                }
            });
        }

        if (only.Contains("verify"))
        {
            await RepeatAsync("verify", () => RunAsync(home, "verify", backup));
        }

        return rows;

        async Task RepeatAsync(string what, Func<Task<(double Seconds, double MegaBytes)>> run)
        {
            List<(double Seconds, double MegaBytes)> runs = [];
            for (var i = 0; i < times; i++)
            {
                runs.Add(await run());
            }

            rows.Add(Row.Of($"{size}, {what}", "s", [.. runs.Select(t => t.Seconds)]));
            rows.Add(Row.Of("its largest resident size", "MB", [.. runs.Select(t => t.MegaBytes)]));
        }
    }

    private static async Task MakeAsync(string home, int devices)
    {
        KeyFile.Create($"{home}/seal.key");
        using var key = NodeKey.New();
        await using var store = await SqliteStateStore.OpenAsync($"{home}/state.db", new(), TimeProvider.System, CancellationToken.None);
        var filling = await StateFilling.BeginAsync(store, "bench", CancellationToken.None);
        string? network = null;
        await using (var small = new State.Memory.MemoryStateStore(TimeProvider.System))
        {
            await NetworkCreator.CreateAsync(
                small, new("bench", new("north", "entry.example", "exit.example")), new($"{home}/seal.key", null), key.CreateRequest(), Deliver, TimeProvider.System, CancellationToken.None);
            await filling.AddAsync([.. (await small.ListAsync("", CancellationToken.None)).Entries.Select(e => new StateWrite(e.Key, e.Value, 0))], CancellationToken.None);
        }

        var keys = new StateKeys(network!);
        for (var first = 0; first < devices; first += Batch)
        {
            await filling.AddAsync([.. Enumerable.Range(first, Math.Min(Batch, devices - first)).SelectMany(i => Device(keys, i))], CancellationToken.None);
        }

        await filling.EndAsync(_ => { }, CancellationToken.None);

        void Deliver(CreatedNetwork created)
        {
            network = created.Network;
            new OperatorProfile($"{home}/operator").Create(key, created, "127.0.0.1:1");
        }
    }

    /// <summary>A device with what is found by its name and its secrets; every second one with a user of its own.</summary>
    private static IEnumerable<StateWrite> Device(StateKeys keys, int i)
    {
        var device = new DeviceRecord
        {
            Id = Names.NewId(), User = $"user{i / 2}", Name = $"phone{i % 2}", Cell = "north", CreatedAt = s_now,
            TokenHash = Hash($"token {i}").ToString(), CredentialHash = Hash($"credential {i}").ToString(),
        };
        var id = Encoding.ASCII.GetBytes(device.Id);
        yield return new(keys.Device(device.Id), StateJson.Write(device), 0);
        yield return new(keys.DeviceName(device.User, device.Name), id, 0);
        yield return new(keys.DeviceToken(Hash($"token {i}")), id, 0);
        yield return new(keys.DeviceCredential(Hash($"credential {i}")), id, 0);
        if (i % 2 == 0)
        {
            yield return new(keys.User(device.User), StateJson.Write(new UserRecord { Id = device.User, CreatedAt = s_now }), 0);
        }
    }

    private static Hash256 Hash(string text) => Hash256.Of(Encoding.ASCII.GetBytes(text));

    private static async Task<(double Seconds, double MegaBytes)> RunAsync(string home, string command, string file, params string[] more)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(Program, ["backup", command, file, "--profile", $"{home}/operator", .. more])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var largest = 0.0;
        while (!process.HasExited)
        {
            largest = Math.Max(largest, PeakOf(process.Id));
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System));
        }

        await output;
        return process.ExitCode == 0 ? (clock.Elapsed.TotalSeconds, largest) : throw new InvalidOperationException($"backup {command}: {await errors}");
    }

    private static double PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task<double> TimeCopyAsync(string home)
    {
        var clock = Stopwatch.StartNew();
        await using (var from = File.OpenRead($"{home}/state.db"))
        await using (var to = File.Create($"{home}/copy"))
        {
            await from.CopyToAsync(to);
            to.Flush(flushToDisk: true);
        }

        File.Delete($"{home}/copy");
        return clock.Elapsed.TotalSeconds;
    }
}
