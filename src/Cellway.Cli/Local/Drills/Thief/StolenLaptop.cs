using System.Net;
using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Cellway.Pki.Requesting;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>What an operator's laptop opens once another operator has revoked it: nothing.</summary>
internal static class StolenLaptop
{
    private static readonly string[] s_reads = ["status", "users", "devices", "nodes", "tokens", "participants", "cells", "incidents", "operators", "audit", "audit/export"];

    public static async Task TryAsync(ThiefScene scene, CancellationToken cancellationToken)
    {
        using var key = NodeKey.New();
        var added = await scene.Network.Admin.SendAsync(
            HttpMethod.Post, "operators", new NewOperator("carol", key.CreateRequest()), AdminJson.Default.NewOperator, AdminJson.Default.OperatorCertificate, cancellationToken);
        using var issued = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(added.Certificate);
        var laptop = new StolenNode("laptop", key, key.Attach(issued));
        using var open = new HttpClient(laptop.Handler()) { BaseAddress = new($"https://{scene.AdminListener}/v1/") };
        await scene.MayAsync("the operator reads users", () => StolenNode.AskAdminAsync(open, HttpMethod.Get, "users", cancellationToken));

        await scene.Network.Admin.PostAsync("operators/carol/revoke", AdminJson.Default.IReadOnlyListOperatorInfo, cancellationToken);
        await scene.TryUntilRefusedAsync("go on with a connection that is open", () => StolenNode.AskAdminAsync(open, HttpMethod.Get, "users", cancellationToken));
        foreach (var path in s_reads)
        {
            await scene.TryAsync($"read {path}", () => laptop.AskAdminAsync(scene.AdminListener, HttpMethod.Get, path, cancellationToken));
        }

        await scene.TryAsync("renew the certificate", () => laptop.AskAdminAsync(scene.AdminListener, HttpMethod.Post, "operators/renewal", cancellationToken));
        await scene.TryAsync("make another operator", () => laptop.AskAdminAsync(scene.AdminListener, HttpMethod.Post, "operators", cancellationToken));
        await scene.TryAsync("make a join token", () => laptop.AskAdminAsync(scene.AdminListener, HttpMethod.Post, "tokens", cancellationToken));
        await scene.TryAsync("call management as if it were a node", () => laptop.RenewAsync(scene.NodeListener, key, cancellationToken));
        await PoseAsEntryAsync(scene, laptop, cancellationToken);
    }

    private static async Task PoseAsEntryAsync(ThiefScene scene, StolenNode laptop, CancellationToken cancellationToken)
    {
        var core = scene.Steal("core-1");
        var told = await scene.AttachAsync("entry-1", cancellationToken);
        var names = told.Where(r => r.BodyCase == Resource.BodyOneofCase.ExitNames).ToDictionary(r => r.ExitNames.CellId, r => StolenCore.NamesOf(r.ExitNames));
        await using (var real = await ThiefEntry.StartAsync(scene.Steal("entry-1").Certificate, IPAddress.Parse("127.0.0.11"), laptop.Certificate, names, cancellationToken))
        {
            await scene.MayAsync("a real Entry opens a connection to a Core", () =>
                real.OpenAsync(core.Id, scene.ServingOf("core-1"), scene.Network.Home.ExitDomain, DemoNetwork.HomeCell, core.KeyHash, default, cancellationToken));
        }

        await using var thief = await ThiefEntry.StartAsync(laptop.Certificate, IPAddress.Parse("127.0.0.11"), laptop.Certificate, names, cancellationToken);
        await scene.TryAsync("pose as an Entry to a Core", () =>
            thief.OpenAsync(core.Id, scene.ServingOf("core-1"), scene.Network.Home.ExitDomain, DemoNetwork.HomeCell, core.KeyHash, default, cancellationToken));
    }
}
