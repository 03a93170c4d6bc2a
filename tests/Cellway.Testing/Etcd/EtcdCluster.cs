using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Cellway.Pki.Issuing;

namespace Cellway.Testing.Etcd;

/// <summary>A real etcd cluster on loopback, in a directory of its own, gone when disposed.</summary>
public sealed class EtcdCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Folders = ["/usr/bin", "/usr/local/bin", "/bin"];

    private readonly string _directory = Directory.CreateTempSubdirectory("cellway-etcd-").FullName;
    private readonly EtcdClusterOptions _options;

    private EtcdCluster(EtcdClusterOptions options)
    {
        _options = options;
        Root = RootAuthority.Create(TimeProvider.System);
        Authority = EtcdAuthority.Of(Root);
        Members = Prepare();
    }

    /// <summary>Whether etcd and etcdctl are installed.</summary>
    public static bool IsInstalled { get; } = Folders.Any(f => File.Exists(Path.Combine(f, "etcd"))) && Folders.Any(f => File.Exists(Path.Combine(f, "etcdctl")));

    /// <summary>Whether tests may skip for want of it: on CI they may not.</summary>
    public static bool MaySkip => !IsInstalled && Environment.GetEnvironmentVariable("CI") != "true";

    public IReadOnlyList<EtcdMemberProcess> Members { get; }

    public IReadOnlyList<Uri> Endpoints => [.. Members.Select(m => m.Endpoint)];

    /// <summary>The network's root, from which the cluster's authority comes.</summary>
    public RootAuthority Root { get; }

    public EtcdAuthority Authority { get; }

    /// <summary>A client's credential, as the store wants it; <see langword="null"/> without TLS.</summary>
    public string? Credentials => _options.Tls ? _options.ClientCredentials ?? PathOf("client") : null;

    /// <summary>As the program's --store wants it.</summary>
    public string Url => "etcd:" + string.Join(',', Endpoints.Select(e => e.ToString().TrimEnd('/')));

    public static async Task<EtcdCluster> StartAsync(EtcdClusterOptions options)
    {
        var cluster = new EtcdCluster(options);
        try
        {
            foreach (var member in cluster.Members)
            {
                member.Start();
            }

            foreach (var member in cluster.Members)
            {
                await cluster.WaitUntilHealthyAsync(member);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public string PathOf(string name) => Path.Combine(_directory, name);

    /// <summary>Starts a member that was killed and waits until it serves.</summary>
    public async Task RestartAsync(EtcdMemberProcess member)
    {
        member.Start();
        await WaitUntilHealthyAsync(member);
    }

    public async Task WaitUntilHealthyAsync(EtcdMemberProcess member)
    {
        var clock = Stopwatch.StartNew();
        while ((await TryControlAsync(member, "endpoint", "health")).ExitCode != 0)
        {
            if (!member.IsRunning || clock.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{member.Name} did not become healthy.\n{member.Log}");
            }

            await Task.Delay(50);
        }
    }

    public async Task<EtcdMemberProcess> LeaderAsync()
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            foreach (var member in Members.Where(m => m.IsRunning))
            {
                var (code, output) = await TryControlAsync(member, "endpoint", "status", "-w", "json");
                if (code == 0 && IsLeader(output))
                {
                    return member;
                }
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException("The cluster has no leader.");
    }

    public async Task MoveLeaderAsync(EtcdMemberProcess to)
    {
        var (_, output) = await TryControlAsync(to, "endpoint", "status", "-w", "json");
        var id = StatusOf(output).GetProperty("header").GetProperty("member_id").GetUInt64();
        await ControlAsync(await LeaderAsync(), "move-leader", id.ToString("x", CultureInfo.InvariantCulture));
    }

    public Task CompactAsync(long revision) =>
        ControlAsync(Members.First(m => m.IsRunning), "compact", revision.ToString(CultureInfo.InvariantCulture));

    public async Task DefragmentAsync()
    {
        foreach (var member in Members)
        {
            await ControlAsync(member, "defrag");
        }
    }

    public Task DisarmAsync() => ControlAsync(Members.First(m => m.IsRunning), "alarm", "disarm");

    /// <summary>Deletes every key.</summary>
    public Task ClearAsync() => ControlAsync(Members.First(m => m.IsRunning), "del", "", "--from-key=true");

    /// <summary>Runs etcdctl against one member.</summary>
    public async Task<string> ControlAsync(EtcdMemberProcess member, params string[] arguments)
    {
        var (code, output) = await TryControlAsync(member, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"etcdctl {string.Join(' ', arguments)} ended with {code}: {output}");
    }

    /// <summary>Starts an etcdctl that goes on by itself, its output in pipes.</summary>
    public Process StartControl(EtcdMemberProcess member, params string[] arguments)
    {
        var start = new ProcessStartInfo("etcdctl", ["--endpoints", member.Endpoint.ToString(), "--command-timeout", "5s", "--dial-timeout", "2s", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["ETCDCTL_API"] = "3";
        if (Credentials is { } directory)
        {
            start.Environment["ETCDCTL_CACERT"] = Path.Combine(directory, "ca.crt");
            start.Environment["ETCDCTL_CERT"] = Path.Combine(directory, "tls.crt");
            start.Environment["ETCDCTL_KEY"] = Path.Combine(directory, "tls.key");
        }

        return Process.Start(start)!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        Authority.Dispose();
        Root.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string HostOf(int member) => _options.Hosts.ElementAtOrDefault(member) ?? "127.0.0.1";

    private static bool IsLeader(string output)
    {
        var status = StatusOf(output);
        return status.GetProperty("leader").GetUInt64() == status.GetProperty("header").GetProperty("member_id").GetUInt64();
    }

    private static JsonElement StatusOf(string output) => JsonDocument.Parse(output).RootElement[0].GetProperty("Status");

    private EtcdMemberProcess[] Prepare()
    {
        var scheme = _options.Tls ? "https" : "http";
        if (_options is { Tls: true, ClientCredentials: null })
        {
            EtcdCredentialFiles.WriteClient(PathOf("client"), Authority, "management", TimeSpan.FromDays(1), TimeProvider.System).Dispose();
        }

        var ports = FreePorts(2 * _options.Members);
        var names = Enumerable.Range(1, _options.Members).Select(i => $"m{i}").ToArray();
        var all = string.Join(',', names.Select((name, i) => $"{name}={scheme}://{HostOf(i)}:{ports[(2 * i) + 1]}"));
        return [.. names.Select((name, i) =>
        {
            var (host, client, peer) = (HostOf(i), ports[2 * i], ports[(2 * i) + 1]);
            return new EtcdMemberProcess(name, host, client, peer, scheme, _directory,
            [
                .. _options.Launchers.ElementAtOrDefault(i) ?? [], "etcd", "--name", name, "--data-dir", PathOf(name), "--initial-cluster", all, "--initial-cluster-token", Path.GetFileName(_directory),
                "--listen-client-urls", $"{scheme}://{host}:{client}", "--advertise-client-urls", $"{scheme}://{host}:{client}",
                "--listen-peer-urls", $"{scheme}://{host}:{peer}", "--initial-advertise-peer-urls", $"{scheme}://{host}:{peer}",
                "--enable-grpc-gateway=false", "--quota-backend-bytes", _options.QuotaBytes.ToString(CultureInfo.InvariantCulture),
                .. _options.Tls ? TlsArguments(name, host) : [], .. _options.Arguments,
            ]);
        })];
    }

    private string[] TlsArguments(string name, string host)
    {
        var directory = _options.MemberCredentials ?? PathOf(name + "-tls");
        if (_options.MemberCredentials is null)
        {
            EtcdCredentialFiles.WriteMember(directory, Authority, [host], TimeSpan.FromDays(1), TimeProvider.System).Dispose();
        }

        var (authority, certificate, key) = (Path.Combine(directory, "ca.crt"), Path.Combine(directory, "tls.crt"), Path.Combine(directory, "tls.key"));
        return
        [
            "--client-cert-auth", "--trusted-ca-file", authority, "--cert-file", certificate, "--key-file", key,
            "--peer-client-cert-auth", "--peer-trusted-ca-file", authority, "--peer-cert-file", certificate, "--peer-key-file", key,
            "--peer-cert-allowed-cn", EtcdAuthority.MemberName,
        ];
    }

    private async Task<(int ExitCode, string Output)> TryControlAsync(EtcdMemberProcess member, params string[] arguments)
    {
        using var control = StartControl(member, arguments);
        var (output, error) = (control.StandardOutput.ReadToEndAsync(), control.StandardError.ReadToEndAsync());
        await control.WaitForExitAsync();
        return (control.ExitCode, await output + (control.ExitCode == 0 ? "" : await error));
    }

    // All at once, so that no two are the same.
    private static int[] FreePorts(int count)
    {
        TcpListener[] probes = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var probe in probes)
        {
            probe.Start();
        }

        int[] ports = [.. probes.Select(p => ((IPEndPoint)p.LocalEndpoint).Port)];
        foreach (var probe in probes)
        {
            probe.Dispose();
        }

        return ports;
    }
}
