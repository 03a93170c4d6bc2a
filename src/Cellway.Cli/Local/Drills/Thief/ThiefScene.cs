using System.Net;
using System.Text.Json;
using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Grpc.Core;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>A network that is robbed, and what the thief has tried.</summary>
/// <remarks>
/// Only an answer that says no counts as one. Anything else, a mistake of the drill among it, ends the drill. What somebody may do is done
/// first, in the same way, so that a refusal means something.
/// </remarks>
internal sealed class ThiefScene(DemoNetwork network, string id, DeviceCredential device, Uri origin, Action<string> announce)
{
    /// <summary>How long a revocation may take (architecture, lifecycle).</summary>
    public static readonly TimeSpan RevokedWithin = TimeSpan.FromSeconds(5);

    private readonly List<ThiefAttempt> _attempts = [];

    public DemoNetwork Network => network;

    /// <summary>The network's id.</summary>
    public string Id => id;

    public DeviceCredential Device => device;

    public Uri Origin => origin;

    public IReadOnlyList<ThiefAttempt> Attempts => _attempts;

    /// <summary>Where management serves nodes.</summary>
    public string NodeListener => Ready("management")["nodes"];

    /// <summary>Where management serves operators.</summary>
    public string AdminListener => Ready("management")["admin"];

    public IPEndPoint ServingOf(string node) => IPEndPoint.Parse(Ready(node)["serving"]);

    public StolenNode Steal(string name) => StolenNode.From(Path.Combine(network.Directory, name));

    /// <summary>What management tells whoever attaches with a node's certificate. The real one is back, and known to everybody, when this returns.</summary>
    public async Task<IReadOnlyList<Resource>> AttachAsync(string node, CancellationToken cancellationToken)
    {
        var told = await StolenStream.ReadAsync(Steal(node), NodeListener, ServingOf(node).Port, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, limit.Token); // that it has lost its stream is seen
        await network.WaitUntilReadyAsync(limit.Token);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, limit.Token); // addresses of Entries go out once a second
        return told;
    }

    /// <summary>The device, with what its owner knows.</summary>
    public Task<ThiefUser> UserAsync(CancellationToken cancellationToken) => ThiefUser.OfAsync(network.CaFile, device, origin, cancellationToken);

    /// <summary>Sends the device to a Core.</summary>
    public Task MoveDeviceAsync(StolenNode core, CancellationToken cancellationToken) => network.Admin.SendAsync(
        HttpMethod.Post, $"devices/{device.Device.Id}/move", new DeviceMove(Core: core.Id), AdminJson.Default.DeviceMove, AdminJson.Default.DeviceInfo, cancellationToken);

    /// <summary>Puts the thief where a Core is that the device is on its way to.</summary>
    public async Task<Answer> TakePlaceOfAsync(string core, System.Security.Cryptography.X509Certificates.X509Certificate2 shown, CancellationToken cancellationToken)
    {
        var user = await UserAsync(cancellationToken);
        var (place, stolen) = (ServingOf(core), Steal(core));
        await MoveDeviceAsync(stolen, cancellationToken);
        await network.KillAsync(core);
        await using var listener = new ThiefListener(place, shown);
        var heard = listener.ListenAsync(1, TimeSpan.FromSeconds(60), cancellationToken);
        while (!heard.IsCompleted)
        {
            await AskAsync(() => user.ConnectAsync(user.RealId, cancellationToken)); // the Entry goes where the route leads
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        }

        return await heard;
    }

    /// <summary>What whoever may do it gets; a refusal ends the drill.</summary>
    public async Task MayAsync(string what, Func<Task<Answer>> attempt)
    {
        announce(what);
        var answer = await AskAsync(attempt);
        if (!answer.Gained)
        {
            throw new CliException($"The drill is not fair: {what} should work, and does not ({answer.CameBack}).");
        }
    }

    /// <summary>What the thief tries.</summary>
    public async Task TryAsync(string what, Func<Task<Answer>> attempt)
    {
        announce(what);
        var answer = await AskAsync(attempt);
        _attempts.Add(new(what, answer.CameBack, answer.Gained));
    }

    /// <summary>What works until it is taken away, and must not work soon after.</summary>
    public async Task TryUntilRefusedAsync(string what, Func<Task<Answer>> attempt)
    {
        announce(what);
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await AskAsync(attempt);
            var elapsed = TimeProvider.System.GetElapsedTime(begun);
            if (!answer.Gained || elapsed > RevokedWithin)
            {
                _attempts.Add(new(what, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{answer.CameBack}, after {elapsed.TotalSeconds:0.0} s"), answer.Gained));
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static async Task<Answer> AskAsync(Func<Task<Answer>> attempt)
    {
        try
        {
            return await attempt();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return Answer.Refused($"{e.StatusCode}: {e.Status.Detail}");
        }
    }

    private Dictionary<string, string> Ready(string name) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(network.Directory, name + ".ready")), CliJson.Default.DictionaryStringString)!;
}
