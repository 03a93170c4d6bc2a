using System.Net;
using System.Security.Cryptography;
using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Pki.Requesting;
using Google.Protobuf;
using Contracts = Cellway.Model.Contracts;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>What a stolen Core opens: nothing but itself.</summary>
internal static class StolenCore
{
    private const string Mine = "core-1";
    private const string Neighbour = "core-2"; // of the same cell
    private const string Far = "core-3"; // of another
    private const string AnEntry = "entry-1";

    private static readonly IPAddress s_entryAddress = IPAddress.Parse("127.0.0.11");

    public static async Task TryAsync(ThiefScene scene, CancellationToken cancellationToken)
    {
        var (core, entry, neighbour) = (scene.Steal(Mine), scene.Steal(AnEntry), scene.Steal(Neighbour));
        var told = await scene.AttachAsync(Mine, cancellationToken);
        var names = told.Where(r => r.ExitNames is not null).ToDictionary(r => r.ExitNames.CellId, r => NamesOf(r.ExitNames));
        var routes = told.Where(r => r.Routes is not null).SelectMany(r => r.Routes.Routes).Select(r => new RouteId(r.RouteId.Span)).ToList();

        await scene.TryAsync("read other nodes' configuration", () => Task.FromResult(JudgeConfiguration(told)));
        await AskManagementAsync(scene, core, cancellationToken);
        await AskOperatorsAsync(scene, core, cancellationToken);

        var exit = told.Single(r => r.CoreCell is not null).CoreCell;
        await using (var asEntry = await ThiefEntry.StartAsync(entry.Certificate, s_entryAddress, core.Certificate, names, cancellationToken))
        {
            await scene.MayAsync("a real Entry opens a connection to a Core", () => OpenAsync(asEntry, neighbour));
        }

        await using (var asCore = await ThiefEntry.StartAsync(core.Certificate, s_entryAddress, core.Certificate, names, cancellationToken))
        {
            await scene.TryAsync("pose as an Entry to another Core, from an Entry's address", () => OpenAsync(asCore, neighbour));
        }

        await PoseAsCoreAsync(scene, core, cancellationToken);
        await scene.MoveDeviceAsync(core, cancellationToken);
        await scene.Network.Admin.PostAsync($"nodes/{core.Id}/revoke", AdminJson.Default.NodeInfo, cancellationToken);
        await scene.TryUntilRefusedAsync("go on after the revocation: renew the certificate", () => core.RenewAsync(scene.NodeListener, core.Key, cancellationToken));
        await scene.TryUntilRefusedAsync("go on after the revocation: attach", async () =>
            Answer.Got($"{(await StolenStream.ReadAsync(core, scene.NodeListener, 443, cancellationToken)).Count} resources"));
        await scene.TryUntilRefusedAsync("go on after the revocation: keep its users", async () =>
        {
            var device = (await scene.Network.Admin.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, cancellationToken)).Single();
            return device.Core == core.Id ? Answer.Got("they are sent to it") : Answer.Refused("they are sent to another Core");
        });

        Task<Answer> OpenAsync(ThiefEntry from, StolenNode to) =>
            from.OpenAsync(to.Id, scene.ServingOf(Neighbour), exit.ExitDomain, exit.CellId, to.KeyHash, routes.FirstOrDefault(), cancellationToken);
    }

    public static IReadOnlyList<Model.Cells.ServiceName> NamesOf(ServiceNames names) =>
    [
        .. names.Names.Select(n => new Model.Cells.ServiceName
        {
            Name = n.Name,
            NotBefore = DateTimeOffset.FromUnixTimeSeconds(n.NotBefore),
            NotAfter = n.NotAfter == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(n.NotAfter),
            AnnouncedAt = DateTimeOffset.FromUnixTimeSeconds(n.AnnouncedAt),
        }),
    ];

    private static Answer JudgeConfiguration(IReadOnlyList<Resource> told)
    {
        var foreign = told.Where(r => r.EntryCell is not null || r.EntryNames is not null || (r.ExitNames is { } names && names.CellId != DemoNetwork.HomeCell)
            || (r.CoreCell is { } cell && cell.CellId != DemoNetwork.HomeCell)).Select(r => r.Name).ToList();
        return foreign.Count == 0 ? Answer.Refused($"{told.Count} resources, of its own cell and its own routes") : Answer.Got(string.Join(", ", foreign));
    }

    private static async Task AskManagementAsync(ThiefScene scene, StolenNode core, CancellationToken cancellationToken)
    {
        using var channel = core.Channel(scene.NodeListener);
        var calls = new Contracts.PhoneHome.PhoneHomeClient(channel);
        await scene.TryAsync("resolve routes", async () =>
        {
            var reply = await calls.ResolveAsync(new() { CredentialHash = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)) }, cancellationToken: cancellationToken);
            return Answer.Got($"{reply.Targets.Count} routes");
        });
        await scene.TryAsync("resolve routes on a stream", async () =>
        {
            using var stream = calls.ResolveMany(cancellationToken: cancellationToken);
            return await stream.ResponseStream.MoveNext(cancellationToken) ? Answer.Got("an answer") : Answer.Got("a stream");
        });
        await scene.TryAsync("fetch subscriptions on a stream", async () =>
        {
            using var stream = calls.FetchMany(cancellationToken: cancellationToken);
            return await stream.ResponseStream.MoveNext(cancellationToken) ? Answer.Got("an answer") : Answer.Got("a stream");
        });
        await scene.TryAsync("get a certificate for another key", () => core.RenewAsync(scene.NodeListener, NodeKey.New(), cancellationToken));
        foreach (var (spent, number) in scene.Network.Tokens.Select((t, i) => (t, i + 1)))
        {
            await scene.TryAsync($"replay join token {number}", async () =>
            {
                var token = JoinToken.TryParse(spent, out var read, out var fault) ? read : throw new CliException(fault.Describe());
                var credential = await new Enrollment.EnrollmentClient(channel).EnrollAsync(
                    new()
                    {
                        TokenId = ByteString.CopyFrom(token.Id), Secret = ByteString.CopyFrom(token.Secret), Role = NodeRole.Core,
                        CertificateRequest = ByteString.CopyFrom(NodeKey.New().CreateRequest()),
                    },
                    cancellationToken: cancellationToken);
                return Answer.Got($"a certificate for {credential.Identity}");
            });
        }
    }

    private static async Task AskOperatorsAsync(ThiefScene scene, StolenNode core, CancellationToken cancellationToken)
    {
        foreach (var listener in (string[])[scene.AdminListener, scene.NodeListener])
        {
            var name = listener == scene.AdminListener ? "operators'" : "nodes'";
            foreach (var path in (string[])["users", "devices", "nodes", "audit/export", "status"])
            {
                await scene.TryAsync($"read {path} on the {name} listener", () => core.AskAdminAsync(listener, HttpMethod.Get, path, cancellationToken));
            }

            await scene.TryAsync($"revoke a neighbour on the {name} listener", () =>
                core.AskAdminAsync(listener, HttpMethod.Post, $"nodes/{scene.Steal(Far).Id}/revoke", cancellationToken));
            await scene.TryAsync($"reach the state on the {name} listener, as if it were etcd", () =>
                core.AskAdminAsync(listener, HttpMethod.Post, "/v3/kv/range", cancellationToken));
        }
    }

    // The thief takes a neighbour's place on the network, with every certificate he has.
    private static Task PoseAsCoreAsync(ThiefScene scene, StolenNode core, CancellationToken cancellationToken) =>
        scene.TryAsync("pose as another Core to the Entries, at its address", () => scene.TakePlaceOfAsync(Neighbour, core.Certificate, cancellationToken));
}
