using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cellway.Testing.Etcd;

namespace Cellway.EndToEndTests.Faults;

/// <summary>A network namespace per machine, all behind a router in one of its own, which drops what is to be lost: a real partition.</summary>
/// <remarks>Addresses are of 198.18.0.0/15 (RFC 2544, for measurements of networks), a /24 that no route of this machine has.</remarks>
internal sealed class NamespaceNetwork : IFaultNetwork
{
    private const string Prefix = "cwf";

    private readonly string _name = $"{Prefix}{Environment.ProcessId}";
    private readonly string[] _machines;
    private readonly List<string> _drops = [];
    private string _subnet = "";

    private NamespaceNetwork(string[] machines) => _machines = machines;

    public string Kind => "network namespaces";

    private string Router => _name + "r";

    /// <returns><see langword="null"/> where namespaces may not be made.</returns>
    public static async Task<NamespaceNetwork?> TryCreateAsync(params string[] machines)
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip"))
        {
            return null;
        }

        await SweepAsync();
        var network = new NamespaceNetwork(machines);
        for (var i = 0; i < 250; i++)
        {
            network._subnet = string.Create(CultureInfo.InvariantCulture, $"198.18.{(Environment.ProcessId + i) % 250}");
            if ((await RunAsync("ip", "", "-o", "route", "show", network._subnet + ".0/24")).Output.Length == 0)
            {
                break;
            }
        }

        if (await network.TryBuildAsync())
        {
            return network;
        }

        await network.DisposeAsync();
        return null;
    }

    public string HostOf(string machine) => Address(machine, 2);

    public IReadOnlyList<string> LauncherOf(string machine) => ["nsenter", $"--net=/run/netns/{NamespaceOf(machine)}"];

    public IReadOnlyList<Uri> EndpointsFor(string replica, EtcdCluster cluster) => cluster.Endpoints;

    public async Task PartitionAsync(string replica, IReadOnlyList<string> members)
    {
        foreach (var member in members)
        {
            _drops.Add($"from {HostOf(replica)} to {HostOf(member)} blackhole");
            _drops.Add($"from {HostOf(member)} to {HostOf(replica)} blackhole");
        }

        Assert.True(await TryBatchAsync(Router, _drops.Select(d => "rule add " + d)), "the router does not take the rules");
    }

    public async Task HealAsync()
    {
        Assert.True(await TryBatchAsync(Router, _drops.Select(d => "rule del " + d)), "the router does not give the rules back");
        _drops.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _machines.Select(NamespaceOf).Append(Router))
        {
            await RunAsync("ip", "", "netns", "del", name); // the links go with them
        }
    }

    // Of a run that was killed before it could tidy up.
    private static async Task SweepAsync()
    {
        foreach (var name in (await RunAsync("ip", "", "netns", "list")).Output.Split('\n').Select(l => l.Split(' ')[0]).Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (!Directory.Exists("/proc/" + new string([.. name[Prefix.Length..].TakeWhile(char.IsAsciiDigit)])))
            {
                await RunAsync("ip", "", "netns", "del", name);
            }
        }
    }

    private string NamespaceOf(string machine) => _name + machine;

    // A /30 for each: the router has the first address, the machine the second.
    private string Address(string machine, int host) =>
        string.Create(CultureInfo.InvariantCulture, $"{_subnet}.{(4 * (Array.IndexOf(_machines, machine) + 1)) + host}");

    private async Task<bool> TryBuildAsync()
    {
        var outside = _name + "o";
        return await TryBatchAsync(
                null,
                [
                    $"netns add {Router}",
                    .. _machines.Select(m => $"netns add {NamespaceOf(m)}"),
                    $"link add {outside} type veth peer name outside netns {Router}",
                    $"addr add {_subnet}.1/30 dev {outside}",
                    $"link set {outside} up",
                ])
            && await TryBatchAsync(
                Router,
                [
                    "link set lo up",
                    $"addr add {_subnet}.2/30 dev outside",
                    "link set outside up",
                    .. _machines.SelectMany(m => new[]
                    {
                        $"link add {m} type veth peer name eth netns {NamespaceOf(m)}",
                        $"addr add {Address(m, 1)}/30 dev {m}",
                        $"link set {m} up",
                    }),
                ])
            && await TryBatchAsync(null, [$"route add {_subnet}.0/24 via {_subnet}.2"])
            && (await Task.WhenAll(_machines.Select(m => TryBatchAsync(
                NamespaceOf(m),
                ["link set lo up", $"addr add {HostOf(m)}/30 dev eth", "link set eth up", $"route add default via {Address(m, 1)}"])))).All(done => done)
            && (await RunAsync("nsenter", "", $"--net=/run/netns/{Router}", "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")).ExitCode == 0;
    }

    private static async Task<bool> TryBatchAsync(string? inside, IEnumerable<string> commands)
    {
        string[] where = inside is null ? [] : ["-n", inside];
        return (await RunAsync("ip", string.Join('\n', commands) + "\n", [.. where, "-batch", "-"])).ExitCode == 0;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = new UTF8Encoding(false),
        })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
