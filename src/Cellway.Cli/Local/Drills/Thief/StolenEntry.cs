using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;
using Google.Protobuf;
using Contracts = Cellway.Model.Contracts;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>What a stolen Entry opens: the sessions it carries, until it is revoked.</summary>
internal static class StolenEntry
{
    private const string Mine = "entry-1";

    private static readonly IPAddress s_address = IPAddress.Parse("127.0.0.11");

    public static async Task TryAsync(ThiefScene scene, CancellationToken cancellationToken)
    {
        var (entry, other, core) = (scene.Steal(Mine), scene.Steal("entry-2"), scene.Steal("core-1"));
        var told = await scene.AttachAsync(Mine, cancellationToken);
        await scene.TryAsync("list routes", () => Task.FromResult(told.Where(r => r.Routes is not null).ToList() is { Count: > 0 } routes
            ? Answer.Got($"{routes.Count} shards")
            : Answer.Refused($"{told.Count} resources, none with a route")));
        await scene.TryAsync("find other nodes' keys in its configuration", () => Task.FromResult(HoldsKeyOf(told, other, core)
            ? Answer.Got("a key")
            : Answer.Refused("only the web certificates of the cells it serves")));
        using (var channel = entry.Channel(scene.NodeListener))
        {
            await scene.TryAsync("guess a device", async () =>
            {
                var reply = await new Contracts.PhoneHome.PhoneHomeClient(channel).ResolveAsync(
                    new() { CredentialHash = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)) }, cancellationToken: cancellationToken);
                return Answer.Got($"{reply.Targets.Count} routes");
            });
        }

        foreach (var path in (string[])["users", "devices", "nodes", "tokens", "audit/export"])
        {
            await scene.TryAsync($"read {path}", () => entry.AskAdminAsync(scene.AdminListener, HttpMethod.Get, path, cancellationToken));
        }

        await scene.TryAsync("get a certificate for another key", () => entry.RenewAsync(scene.NodeListener, NodeKey.New(), cancellationToken));
        await MintAsync(scene, entry, cancellationToken);

        var names = told.Where(r => r.ExitNames is not null).ToDictionary(r => r.ExitNames.CellId, r => StolenCore.NamesOf(r.ExitNames));
        await using var thief = await ThiefEntry.StartAsync(entry.Certificate, s_address, entry.Certificate, names, cancellationToken);
        await scene.MayAsync("connect to a Core, while it is not known to be stolen", OpenAsync);
        await scene.Network.Admin.PostAsync($"nodes/{entry.Id}/revoke", AdminJson.Default.NodeInfo, cancellationToken);
        await scene.TryUntilRefusedAsync("go on after the revocation: connect to a Core", OpenAsync);
        await scene.TryUntilRefusedAsync("go on after the revocation: renew the certificate", () => entry.RenewAsync(scene.NodeListener, entry.Key, cancellationToken));
        await scene.TryUntilRefusedAsync("go on after the revocation: attach", async () =>
            Answer.Got($"{(await StolenStream.ReadAsync(entry, scene.NodeListener, 443, cancellationToken)).Count} resources"));

        Task<Answer> OpenAsync() =>
            thief.OpenAsync(core.Id, scene.ServingOf("core-1"), scene.Network.Home.ExitDomain, DemoNetwork.HomeCell, core.KeyHash, default, cancellationToken);
    }

    private static bool HoldsKeyOf(IReadOnlyList<Contracts.Resource> told, params StolenNode[] nodes) => told
        .Select(r => r.EntryCell?.Certificate ?? r.CoreCell?.Certificate)
        .OfType<Contracts.WebCertificate>()
        .Any(c =>
        {
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(c.PrivateKey.Span, out _);
            return nodes.Any(n => n.KeyHash == Hash256.Of(key.ExportSubjectPublicKeyInfo()));
        });

    // A certificate of the network signs nothing: who makes one with it is nobody.
    private static async Task MintAsync(ThiefScene scene, StolenNode entry, CancellationToken cancellationToken)
    {
        foreach (var role in (Role[])[Role.Operator, Role.Entry])
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=thief", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri(new Identity(scene.Id, role, "thief").ToString()));
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
            using var signer = entry.Certificate.GetECDsaPrivateKey()!;
            using var minted = request.Create(
                entry.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), entry.Certificate.NotBefore, entry.Certificate.NotAfter, [1, 2, 3]);
            using var certificate = minted.CopyWithPrivateKey(key);
            var forged = entry.With(certificate);
            await scene.TryAsync(
                $"mint a certificate of an {role.ToString().ToLowerInvariant()} with its key",
                () => role == Role.Operator
                    ? forged.AskAdminAsync(scene.AdminListener, HttpMethod.Get, "users", cancellationToken)
                    : forged.RenewAsync(scene.NodeListener, entry.Key, cancellationToken));
        }
    }
}
