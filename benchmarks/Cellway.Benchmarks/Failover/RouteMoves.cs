using System.Diagnostics;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;

namespace Cellway.Benchmarks.Failover;

/// <summary>How long it takes to find other Cores for every device of a cell, and to bring their routes to those Cores.</summary>
internal static class RouteMoves
{
    private const int OwnCores = 100;
    private const int LendingCores = 300;
    private const int Replicas = 3; // a third of the Cores is attached to the measured one

    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly StateKeys s_keys = new("benchnet");

    public static IReadOnlyList<Row> Measure(bool quick)
    {
        var devices = quick ? 100_000 : 1_000_000;
        var trials = quick ? 5 : 20;
        var view = NetworkView.Of(s_keys, new(1, [.. Records().OrderBy(e => e.Key, StringComparer.Ordinal)]));
        view.Accounts.SetUser("bob", new() { Id = "bob", CreatedAt = s_now });
        for (var i = 0; i < devices; i++)
        {
            var device = Device(i);
            view.Accounts.SetDevice(device.Id, device);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var ids = new RouteIds(new byte[RouteIds.SecretLength]);
        var table = new RouteTable(ids);
        var clock = Stopwatch.StartNew();
        table.Apply(view, new() { Everything = true });
        var start = clock.Elapsed;
        var perDevice = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)devices;
        foreach (var core in view.Nodes.Keys.Where((_, i) => i % Replicas == 0))
        {
            table.Follow(core);
        }

        List<double> away = [];
        List<double> home = [];
        for (var i = 0; i < trials; i++)
        {
            away.Add(Apply(Cell("north") with { ExitBlockedSince = s_now }));
            home.Add(Apply(Cell("north")));
        }

        return
        [
            Row.Of($"{devices:n0} devices, from nothing", "s", [start.TotalSeconds]),
            Row.Of($"{devices:n0} devices, domain blocked: lent other Cores", "s", away),
            Row.Of($"{devices:n0} devices, all home at once", "s", home),
            Row.Of("memory of the routes", "B/device", [perDevice]),
        ];

        double Apply(CellRecord cell)
        {
            var entry = New(s_keys.Cell(cell.Id), StateJson.Write(cell));
            view = view.Apply(s_keys, new(view.Revision + 1, [new(entry.Key, entry)]), out var changes);
            clock.Restart();
            table.Apply(view, changes);
            var elapsed = clock.Elapsed.TotalSeconds;
            table.TakeTouched(left: true);
            return elapsed;
        }
    }

    private static IEnumerable<StateEntry> Records()
    {
        yield return New(s_keys.Network, StateJson.Write(new NetworkRecord { Id = "benchnet", Name = "bench", CreatedAt = s_now }));
        yield return New(s_keys.Participant("alice"), StateJson.Write(new ParticipantRecord { Id = "alice", ReserveBytesPerMonth = 1L << 40, CreatedAt = s_now }));
        foreach (var (cell, count) in new[] { ("north", OwnCores), ("south", LendingCores) })
        {
            yield return New(s_keys.Cell(cell), StateJson.Write(Cell(cell)));
            for (var i = 0; i < count; i++)
            {
                var id = $"{cell}{i:d4}";
                yield return New(s_keys.Node(id), StateJson.Write(new NodeRecord
                {
                    Id = id, Role = Role.Core, Participant = "alice", Cell = cell, KeyHash = Hash(id).ToString(), CertificateSerial = "41",
                    CertificateNotAfter = s_now, State = NodeState.Active, EnrolledAt = s_now,
                }));
                yield return New(s_keys.Session(id), StateJson.Write(new NodeSessionRecord
                {
                    Node = id, Replica = "replica", Address = "192.0.2.1", Port = 443, ObservedAddress = "192.0.2.1", SoftwareVersion = "1.0.0",
                    Since = s_now, Ready = true,
                }));
            }
        }
    }

    private static CellRecord Cell(string id) => new()
    {
        Id = id, EntryDomain = $"entry.{id}.example", ExitDomain = $"exit.{id}.example", State = CellState.Active,
        EntryCertificate = new() { Chain = "", SealedKey = [], NotAfter = s_now }, ExitCertificate = new() { Chain = "", SealedKey = [], NotAfter = s_now },
        SubscriptionPath = "path", CreatedAt = s_now,
    };

    private static DeviceRow Device(int i) => new()
    {
        Id = Names.NewId(), User = "bob", Name = "phone", Cell = "north", Token = Hash($"token {i}"), Credential = Hash($"credential {i}"),
        CreatedAtTicks = 0, Disabled = false,
    };

    private static Hash256 Hash(string text) => Hash256.Of(System.Text.Encoding.ASCII.GetBytes(text));

    private static StateEntry New(string key, byte[] value) => new(key, value, 1, 1, 0);
}
