using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Client.Subscription;
using Cellway.Cli.Local;
using Cellway.Cli.Local.Drills;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.Manager.Api;
using Cellway.Model.Devices;
using Cellway.Testing;

namespace Cellway.Benchmarks.Failover;

/// <summary>Whether the books are right after an hour of chaos, pressed into a few minutes: the faults come one after the other.</summary>
/// <remarks>
/// Each device has its own count. Of one whose transfers were all completed the books must say it to the byte; the last transfer of another broke
/// off, and of that is known only how much can have been moved at most.
/// </remarks>
internal sealed class ChaosBooks : IAsyncDisposable
{
    private const string User = "movers";
    private const int Workers = 6;
    private const int TransfersPerDevice = 8; // at most
    private static readonly TimeSpan AfterBreak = TimeSpan.FromSeconds(1); // or all devices would be tried at one Core that is down
    private static readonly TimeSpan SettledWithin = TimeSpan.FromSeconds(120);

    private readonly Censor _censor = new();
    private readonly DemoNetwork _network;
    private readonly TransferOrigin _origin = new();
    private readonly ConcurrentQueue<DeviceCredential> _unused = new();
    private readonly ConcurrentBag<MovingDevice> _used = [];
    private readonly Random _random = new(5);
    private readonly Dictionary<string, int> _faults = [];
    private IReadOnlyList<TunnelClientOptions> _ways = [];
    private volatile bool _isOver;

    private ChaosBooks() => _network = new(_censor);

    public static async Task<IReadOnlyList<Row>> MeasureAsync(bool quick)
    {
        await using var books = new ChaosBooks();
        await books.StartAsync(quick ? 120 : 600);
        var moving = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => books.WorkAsync()));
        await books.RageAsync(TimeSpan.FromSeconds(quick ? 30 : 150));
        books._isOver = true;
        await moving;
        return await books.CompareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _censor.DisposeAsync();
        await _network.DisposeAsync();
        await _origin.DisposeAsync();
    }

    private async Task StartAsync(int devices)
    {
        await _network.CreateAsync(default);
        await _network.StartManagementAsync(default);
        await _network.StartNodesAsync(default);
        await _network.WaitUntilReadyAsync(default);
        await _network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser(User), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, default);
        for (var i = 0; i < devices; i++)
        {
            _unused.Enqueue(await _network.Admin.SendAsync(
                HttpMethod.Post, "devices", new NewDevice(User, $"mover-{i}", _network.Home.Name), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, default));
        }

        _unused.TryPeek(out var first);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(_network.CaFile);
        SubscriptionUrl.Parse(first!.SubscriptionUrls[0], out var url);
        var fetched = await new SubscriptionFetcher(url!, roots, TimeProvider.System).FetchAsync(default);
        _ways =
        [
            .. fetched.List.Links.Select(l => new TunnelClientOptions
            {
                Server = l.Server, ServerName = l.ServerName, ServiceName = l.ServiceName, Id = default, ExtraRoots = roots,
            }),
        ];
    }

    // A device moves until one of its transfers breaks off; then the next one does.
    private async Task WorkAsync()
    {
        while (!_isOver && _unused.TryDequeue(out var credential))
        {
            var url = credential.SubscriptionUrls[0];
            _ = SubscriptionToken.TryParse(url[(url.LastIndexOf('/') + 1)..], out var token);
            var id = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(id, UInt128.Parse(VlessId.Of(token!).Reveal().Replace("-", "", StringComparison.Ordinal), System.Globalization.NumberStyles.HexNumber));
            var device = new MovingDevice(credential.Device.Id);
            using var client = new TunnelClient(_ways[Random.Shared.Next(_ways.Count)] with { Id = id });
            for (var left = 1 + Random.Shared.Next(TransfersPerDevice); left > 0 && !_isOver; left--)
            {
                if (!await device.TransferAsync(client, _origin.Endpoint, Random.Shared.Next(100_000), Random.Shared.Next(400_000)))
                {
                    await Task.Delay(AfterBreak);
                    break;
                }

                await Task.Delay(Random.Shared.Next(200));
            }

            _used.Add(device);
        }
    }

    private async Task RageAsync(TimeSpan time)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < time)
        {
            var core = $"core-{1 + _random.Next(3)}";
            var (what, subject) = _random.Next(5) switch
            {
                0 => ("killed", DemoNetwork.Management),
                1 => ("frozen", DemoNetwork.Management),
                2 => ("frozen", core),
                3 => ("blocked", _network.Home.ExitDomain),
                _ => ("killed", core),
            };
            var kind = $"{subject.TrimEnd('1', '2', '3', '-')} {what}";
            _faults[kind] = _faults.GetValueOrDefault(kind) + 1;
            await DoAsync(what, subject, TimeSpan.FromSeconds(0.5 + (4 * _random.NextDouble())));
            await Task.Delay(TimeSpan.FromSeconds(_random.NextDouble()));
        }
    }

    private async Task DoAsync(string what, string subject, TimeSpan lasts)
    {
        switch (what)
        {
            case "killed":
                await _network.KillAsync(subject);
                await Task.Delay(lasts);
                await _network.RestartAsync(subject, default);
                break;
            case "frozen":
                _network[subject].Freeze();
                await Task.Delay(lasts);
                _network[subject].Thaw();
                break;
            default:
                _censor.Block(subject);
                await Task.Delay(lasts);
                _censor.Unblock(subject);
                break;
        }
    }

    private async Task<IReadOnlyList<Row>> CompareAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        List<(MovingDevice Device, long Up, long Down)> said;
        do
        {
            await Task.Delay(1000);
            said = [];
            foreach (var device in _used)
            {
                var usage = await _network.Admin.GetAsync($"usage?device={device.Id}", AdminJson.Default.UsageInfo, default);
                said.Add((device, usage.BytesUp, usage.BytesDown));
            }
        }
        while (said.Exists(s => s.Up < s.Device.Up || s.Down < s.Device.Down) && TimeProvider.System.GetElapsedTime(begun) < SettledWithin);

        var whole = said.FindAll(s => s.Device is { IsBroken: false, Up: > 0 });
        var broken = said.FindAll(s => s.Device.IsBroken);
        return
        [
            Row.Of($"books: faults ({string.Join(", ", _faults.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} {f.Value}×"))})", "", [_faults.Values.Sum()]),
            Row.Of($"books: {whole.Count} devices with completed transfers only, moved", "B", [whole.Sum(s => s.Device.Up + s.Device.Down)]),
            Row.Of("books: the same, error", "B", [.. whole.Select(s => (double)(Math.Abs(s.Up - s.Device.Up) + Math.Abs(s.Down - s.Device.Down)))]),
            Row.Of($"books: {broken.Count} devices whose last transfer broke off, outside of what is possible", "B", [.. broken.Select(s => (double)s.Device.OutsideOf(s.Up, s.Down)).DefaultIfEmpty()]),
        ];
    }
}
