using System.Net;
using System.Security.Cryptography;
using Cellway.Cli.Local.Drills;
using Cellway.Manager.Api;
using Cellway.Model.Devices;
using Cellway.Pki.Requesting;

namespace Cellway.Cli.Local;

/// <summary>Drives a throwaway network end to end and says of each step whether it held.</summary>
internal sealed class Demo(Action<DemoStep> report)
{
    private const string User = "visitor";

    // When one Core of the first cell has been killed, two are left: less than two lost Cores are no incident.
    private static readonly DemoPlan Plan = new() { Cells = [new(DemoNetwork.HomeCell, 3), new("beta", 1)] };

    private readonly List<DemoStep> _steps = [];
    private readonly SecretScan _scan = new();

    public async Task<DemoReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var censor = new Censor();
        await using var network = new DemoNetwork(censor, Plan);
        await using var origin = await DemoOrigin.StartAsync(cancellationToken);
        try
        {
            await StepAsync("make a network: root, operator, first cell", async () => $"network {await network.CreateAsync(cancellationToken)}");
            await StepAsync("start management", async () =>
            {
                await network.StartManagementAsync(cancellationToken);
                return "nodes and operators each have a listener";
            });
            await StepAsync($"join {Plan.Entries} Entries and {Plan.Cells.Sum(c => c.Cores)} Cores with a token each", async () =>
            {
                await network.StartNodesAsync(cancellationToken);
                return "keys made on the nodes, certificates issued";
            });
            await StepAsync("Entries probe every Core over mTLS", async () =>
            {
                using var deadline = Deadline(cancellationToken);
                var status = await network.WaitUntilReadyAsync(deadline.Token);
                return $"{status.Nodes.Count} nodes ready in {status.Cells.Count} cells";
            });
            var (device, proxy) = await ConnectAsync(network, cancellationToken);
            await UseAsync(network, origin, proxy, cancellationToken);
            await RefuseAsync(network, cancellationToken);
            await EndureAsync(network, censor, origin, device, proxy, cancellationToken);
            await StepAsync("search state and logs for secrets", async () =>
            {
                await censor.DisposeAsync(); // what is frozen would hold the nodes up
                await network.StopAsync();
                return Scan(network, origin);
            });
        }
        catch (StepFailedException)
        {
            // The step is in the report; those after it would only repeat its failure.
        }

        return new() { Held = _steps.TrueForAll(s => s.Held), Steps = _steps };
    }

    private static CancellationTokenSource Deadline(CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(150)); // a Core that was tried too early is tried again when handshakes are allowed again
        return deadline;
    }

    private static HttpClient ClientOf(string proxy, TimeSpan? patience = null) =>
        new(new SocketsHttpHandler { Proxy = new WebProxy($"socks5://{proxy}"), UseProxy = true }) { Timeout = patience ?? TimeSpan.FromSeconds(30) };

    private static string Require(bool holds, string detail) => holds ? detail : throw new InvalidOperationException(detail);

    private static JoinToken Read(string text) =>
        JoinToken.TryParse(text, out var token, out var fault) ? token : throw new InvalidOperationException(fault.Describe());

    private async Task<(DeviceInfo Device, string Proxy)> ConnectAsync(DemoNetwork network, CancellationToken cancellationToken)
    {
        DeviceCredential? added = null;
        string? proxy = null;
        await StepAsync("add a device and connect a client by its subscription", async () =>
        {
            await network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser(User), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
            added = await network.Admin.SendAsync(
                HttpMethod.Post, "devices", new NewDevice(User, "laptop", network.Home.Name), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken);
            HideCredentialsOf(added.SubscriptionUrls[0]);
            proxy = (await network.ConnectAsync("client", added.SubscriptionUrls[0], cancellationToken))["proxy"];
            return $"{added.SubscriptionUrls.Count} ways to the subscription";
        });
        return (added!.Device, proxy!);
    }

    private async Task UseAsync(DemoNetwork network, DemoOrigin origin, string proxy, CancellationToken cancellationToken)
    {
        using var http = ClientOf(proxy);
        await StepAsync("fetch 64 MiB through the network", async () =>
        {
            var begun = TimeProvider.System.GetTimestamp();
            await using var body = await http.GetStreamAsync(new Uri(origin.Address, "file"), cancellationToken);
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(body, cancellationToken));
            var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
            return Require(hash == origin.Hash, $"SHA-256 {(hash == origin.Hash ? "matches" : "differs")}, {DemoOrigin.Length / 1e6 / seconds:0} MB/s");
        });
        await StepAsync("rotate all service names; clients with old and with new names connect", async () => await RotateAsync(network, origin, proxy, cancellationToken));
    }

    private async Task EndureAsync(DemoNetwork network, Censor censor, DemoOrigin origin, DeviceInfo device, string proxy, CancellationToken cancellationToken)
    {
        await StepAsync("kill the Core in use; the next request takes another", async () =>
        {
            var before = (await network.Admin.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, cancellationToken)).Single(d => d.Id == device.Id);
            var victim = await network.ProcessOfAsync(before.Core!, cancellationToken);
            await network.KillAsync(victim.Name);
            using var next = ClientOf(proxy); // a new connection: the old one died with its Core
            var text = await next.GetStringAsync(new Uri(origin.Address, "hello"), cancellationToken);
            return Require(text.StartsWith("hello", StringComparison.Ordinal), $"{victim.Name} killed, answered all the same");
        });
        await StepAsync($"a censor blocks {network.Home.ExitDomain}; its clients go on through another cell", async () =>
        {
            using var deadline = Deadline(cancellationToken);
            using var person = ClientOf(proxy, TimeSpan.FromSeconds(3));
            return await new DemoBlockade(network, censor, person, new(origin.Address, "hello")).RunAsync(device.Id, deadline.Token);
        });
    }

    // The client of before has the old name in its subscription; a new one gets the new name. Both open new tunnels.
    private static async Task<string> RotateAsync(DemoNetwork network, DemoOrigin origin, string oldClient, CancellationToken cancellationToken)
    {
        var before = await network.Admin.GetAsync("rotation", AdminJson.Default.IReadOnlyListRotationInfo, cancellationToken);
        var after = await network.Admin.SendAsync(
            HttpMethod.Post, "rotation", new RotateRequest(), AdminJson.Default.RotateRequest, AdminJson.Default.IReadOnlyListRotationInfo, cancellationToken);
        var added = await network.Admin.SendAsync(
            HttpMethod.Post, "devices", new NewDevice(User, "phone", network.Home.Name), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken);
        var newClient = (await network.ConnectAsync("rotated", added.SubscriptionUrls[0], cancellationToken))["proxy"];
        foreach (var proxy in (string[])[oldClient, newClient])
        {
            using var http = ClientOf(proxy);
            Require((await http.GetStringAsync(new Uri(origin.Address, "hello"), cancellationToken)).StartsWith("hello", StringComparison.Ordinal), "no answer");
        }

        var replaced = before.Zip(after).Count(pair => AnnouncedIn(pair.First) != AnnouncedIn(pair.Second));
        return Require(replaced == before.Count, $"{replaced} of {before.Count} hops have new names, the old ones are accepted as well");
    }

    private static string AnnouncedIn(RotationInfo hop) => hop.Names.Single(n => n.State == "announced").Name;

    private async Task RefuseAsync(DemoNetwork network, CancellationToken cancellationToken)
    {
        await StepAsync("a spent token is refused", async () =>
        {
            var (code, line) = await network.TryJoinAsync("spent", network.Tokens[^1], cancellationToken);
            return Require(code == 1, line);
        });
        await StepAsync("a wrong token is refused", async () =>
        {
            var real = Read(network.Tokens[0]);
            var forged = new JoinToken(real.Endpoints, real.Id, RandomNumberGenerator.GetBytes(JoinToken.SecretLength), real.RootKeyHash);
            var (code, line) = await network.TryJoinAsync("forged", forged.Reveal(), cancellationToken);
            return Require(code == 1, line);
        });
        await StepAsync("an unknown device meets a web site", async () => await StrangerAsync(network, cancellationToken));
    }

    // A real client with a real subscription whose device is then removed: nothing but the credential is wrong.
    private static async Task<string> StrangerAsync(DemoNetwork network, CancellationToken cancellationToken)
    {
        var added = await network.Admin.SendAsync(
            HttpMethod.Post, "devices", new NewDevice(User, "stranger", network.Home.Name), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken);
        var ready = await network.ConnectAsync("stranger", added.SubscriptionUrls[0], cancellationToken);
        await network.Admin.DeleteAsync($"devices/{added.Device.Id}", cancellationToken);
        using var http = ClientOf(ready["proxy"]);
        try
        {
            await http.GetStringAsync(new Uri("http://127.0.0.1/"), cancellationToken);
        }
        catch (HttpRequestException)
        {
            return "refused like any wrong path";
        }

        throw new InvalidOperationException("the removed device got through");
    }

    private void HideCredentialsOf(string url)
    {
        var text = url[(url.LastIndexOf('/') + 1)..];
        var token = SubscriptionToken.TryParse(text, out var read) ? read : throw new InvalidOperationException("the subscription URL has no token");
        var id = VlessId.Of(token).Reveal();
        _scan.AddText("the subscription token", text);
        _scan.AddText("the VLESS id", id);
        _scan.AddBytes("the VLESS id", Convert.FromHexString(id.Replace("-", "", StringComparison.Ordinal)));
    }

    private string Scan(DemoNetwork network, DemoOrigin origin)
    {
        _scan.AddText("the destination", origin.Address.Authority);
        foreach (var text in network.Tokens)
        {
            _scan.AddText("a join token", text);
            _scan.AddBytes("a join secret", Read(text).Secret);
        }

        var found = _scan.Run(network.Directory);
        return Require(found.Count == 0, found.Count == 0 ? "nothing found" : string.Join("; ", found));
    }

    private async Task StepAsync(string name, Func<Task<string>> run)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var held = true;
        string detail;
        try
        {
            detail = await run();
        }
        catch (Exception e) when (e is CliException or InvalidOperationException or HttpRequestException or IOException or OperationCanceledException)
        {
            held = false;
            detail = e.Message;
        }

        var step = new DemoStep(name, held, detail, (long)TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds);
        _steps.Add(step);
        report(step);
        if (!held)
        {
            throw new StepFailedException();
        }
    }

    private sealed class StepFailedException : Exception;
}
