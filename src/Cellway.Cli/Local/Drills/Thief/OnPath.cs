using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Cellway.Pki.Requesting;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>What somebody hears who stands between the parts, with a certificate that every browser would believe.</summary>
internal static class OnPath
{
    private static readonly IPAddress s_entryAddress = IPAddress.Parse("127.0.0.11");

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static async Task TryAsync(ThiefScene scene, CancellationToken cancellationToken)
    {
        // The cell's own web certificate, which a Core of it holds: the most believable one there is.
        var told = await scene.AttachAsync("core-1", cancellationToken);
        var message = told.Single(r => r.CoreCell is not null).CoreCell.Certificate;
        using var web = Node.Certificates.WebCertificates.Open(message)[0];
        await JoinAsync(scene, web, cancellationToken);
        await ComeBackAsync(scene, web, cancellationToken);
        await StandForEntryAsync(scene, told, web, cancellationToken);
        await scene.TryAsync(
            "stand where a Core should, with the exit domain's own certificate", () => scene.TakePlaceOfAsync("core-2", web, cancellationToken));
    }

    // Towards a Core he comes from the Entry's own address, with what the domain's owner would show.
    private static async Task StandForEntryAsync(ThiefScene scene, IReadOnlyList<Resource> told, X509Certificate2 web, CancellationToken cancellationToken)
    {
        var core = scene.Steal("core-2");
        var names = told.Where(r => r.ExitNames is not null).ToDictionary(r => r.ExitNames.CellId, r => StolenCore.NamesOf(r.ExitNames));
        await using (var real = await ThiefEntry.StartAsync(scene.Steal("entry-1").Certificate, s_entryAddress, web, names, cancellationToken))
        {
            await scene.MayAsync("a real Entry opens a connection to a Core", () => OpenAsync(real));
        }

        await using var thief = await ThiefEntry.StartAsync(web, s_entryAddress, web, names, cancellationToken);
        await scene.TryAsync("stand where an Entry should, with the domain's own certificate", () => OpenAsync(thief));

        Task<Answer> OpenAsync(ThiefEntry from) =>
            from.OpenAsync(core.Id, scene.ServingOf("core-2"), scene.Network.Home.ExitDomain, DemoNetwork.HomeCell, core.KeyHash, default, cancellationToken);
    }

    private static async Task JoinAsync(ThiefScene scene, X509Certificate2 web, CancellationToken cancellationToken)
    {
        await using var thief = new ThiefListener(new(IPAddress.Loopback, 0), web);
        var created = await scene.Network.Admin.SendAsync(
            HttpMethod.Post, "tokens", new NewToken("demo", "core", DemoNetwork.HomeCell), AdminJson.Default.NewToken, AdminJson.Default.CreatedToken, cancellationToken);
        var real = JoinToken.TryParse(created.Token, out var read, out var fault) ? read : throw new CliException(fault.Describe());
        var redirected = new JoinToken([thief.EndPoint.ToString()], real.Id, real.Secret, real.RootKeyHash);
        await using var node = ChildProcess.Start(
            "joining", scene.Network.Directory, ["core", "--state", Path.Combine(scene.Network.Directory, "joining"), "--listen", "127.0.0.29:0"],
            new Dictionary<string, string> { ["CELLWAY_JOIN_TOKEN"] = redirected.Reveal() });
        await scene.TryAsync("stand where management should, and hear a node's join token", async () =>
        {
            var heard = await thief.ListenAsync(1, s_patience, cancellationToken);
            await node.KillAsync();

            // The first question proves nothing and asks only for the root that the token pins: no secret is in it.
            var token = (await scene.Network.Admin.GetAsync("tokens", AdminJson.Default.IReadOnlyListTokenInfo, cancellationToken)).Single(t => t.Id == created.Info.Id);
            return thief.Contains(real.Secret) || token.State != "open" ? Answer.Got(heard.CameBack) : Answer.Refused($"{heard.CameBack}; the secret was not among it, and the token is not spent");
        });
    }

    private static async Task ComeBackAsync(ThiefScene scene, X509Certificate2 web, CancellationToken cancellationToken)
    {
        await using var thief = new ThiefListener(new(IPAddress.Loopback, 0), web);
        var state = Path.Combine(scene.Network.Directory, "core-3");
        await scene.Network.KillAsync("core-3");
        var record = Path.Combine(state, "node.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(record, cancellationToken))!;
        json["Management"] = new JsonArray(thief.EndPoint.ToString());
        await File.WriteAllTextAsync(record, json.ToJsonString(), cancellationToken);
        File.Delete(Path.Combine(state, "last-good")); // it names the real one
        await using var node = ChildProcess.Start("coming-back", scene.Network.Directory, ["core", "--state", state, "--listen", "127.0.0.23:0"]);
        await scene.TryAsync("stand where management should, and hear a node that has joined", () => thief.ListenAsync(2, s_patience, cancellationToken));
        await node.KillAsync();
    }
}
