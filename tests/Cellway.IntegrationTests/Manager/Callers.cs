using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.Pki.Trust;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Every kind of caller: those who may, and everybody who is almost one of them.</summary>
internal static class Callers
{
    public static readonly Role[] Roles = [Role.Core, Role.Entry, Role.Operator];

    /// <summary>All of them. Each flaw is on its own: everything else is that of a caller who passes.</summary>
    public static async Task<IReadOnlyList<Caller>> OfAsync(ManagedNetwork network)
    {
        var root = network.Authority.Root;
        var id = network.Network.Network;
        List<Caller> callers =
        [
            new("nobody", null),
            new("the first operator", network.Operator, "operator"),
            new("management", TestCertificates.Issue(root, new(id, Role.Management, "manager"), NodeKey.New())),
            new("unknown core", TestCertificates.Issue(root, new(id, Role.Core, "unknown"), NodeKey.New())),
            new("unknown entry", TestCertificates.Issue(root, new(id, Role.Entry, "unknown"), NodeKey.New())),
            new("etcd client", OfEtcd(root, (authority, key) => authority.IssueClient("management", key, TimeSpan.FromDays(1), TimeProvider.System))),
            new("etcd member", OfEtcd(root, (authority, key) => authority.IssueMember(["localhost"], key, TimeSpan.FromDays(1), TimeProvider.System))),
            new("operator by name only", TestCertificates.Forge(root, NodeKey.New(), [], subject: "CN=operator")),
            new("holder of a join token", null, Bearer: (await network.NewTokenAsync(Role.Core)).Reveal()),
            new("device with its subscription", null, Bearer: ResolveTests.TokenOf(await network.NewDeviceAsync("anna"))),
        ];
        foreach (var role in Roles)
        {
            callers.AddRange(await WithFlawsAsync(network, role));
        }

        var node = await network.EnrollAsync(Role.Core);
        callers.Add(new("core that says it is an entry", TestCertificates.Issue(root, node.Identity with { Role = Role.Entry }, node.Key)));
        callers.Add(new("core with an operator's name", TestCertificates.Issue(root, node.Identity with { Id = "operator" }, node.Key)));
        callers.Add(new("core whose subject says operator", TestCertificates.Forge(root, node.Key, [node.Identity.ToString()], subject: "CN=operator"), "core"));
        callers.Add(new("operator made by a core", Minted(node, new(id, Role.Operator, "thief"))));
        callers.Add(new("entry made by a core", Minted(node, new(id, Role.Entry, "thief"))));

        var removed = await network.EnrollAsync(Role.Entry);
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{removed.Identity.Id}/revoke");
        await network.Admin.SendAsync(HttpMethod.Post, $"/v1/nodes/{removed.Identity.Id}/remove", "{}");
        callers.Add(new("entry that was removed", removed.Certificate));
        return callers;
    }

    /// <summary>A new key with an identity that passes.</summary>
    public static async Task<(NodeKey Key, X509Certificate2 Certificate, Identity Identity)> NewAsync(ManagedNetwork network, Role role)
    {
        if (role != Role.Operator)
        {
            var node = await network.EnrollAsync(role);
            return (node.Key, node.Certificate, node.Identity);
        }

        var (key, id) = (NodeKey.New(), Names.NewId());
        var added = await network.Admin.PostAsync<OperatorCertificate>("/v1/operators", new NewOperator(id, key.CreateRequest()));
        using var certificate = X509CertificateLoader.LoadCertificate(added.Certificate);
        return (key, key.Attach(certificate), new(network.Network.Network, Role.Operator, id));
    }

    private static async Task<IReadOnlyList<Caller>> WithFlawsAsync(ManagedNetwork network, Role role)
    {
        var root = network.Authority.Root;
        using var foreign = RootAuthority.Create(TimeProvider.System);
        var (past, future) = (new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(-3)), new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(3)));
        var name = role.ToString().ToLowerInvariant();
        var (key, certificate, identity) = await NewAsync(network, role);
        var (revokedKey, revoked, revokedIdentity) = await NewAsync(network, role);
        await RevokeAsync(network, revoked, revokedIdentity);
        List<Caller> callers =
        [
            new(name, certificate, name),
            new($"renewed {name}", TestCertificates.Issue(root, identity, key), name),
            new($"foreign {name}", TestCertificates.Issue(foreign, identity, key)),
            new($"{name} signed by itself", SignedByItself(identity)),
            new($"{name} of another network", TestCertificates.Issue(root, identity with { Network = "other" }, key)),
            new($"expired {name}", TestCertificates.Issue(root, identity, key, past)),
            new($"{name} of tomorrow", TestCertificates.Issue(root, identity, key, future)),
            new($"{name} without clientAuth", TestCertificates.Forge(root, key, [identity.ToString()], clientAuth: false)),
            new($"{name} with two identities", TestCertificates.Forge(root, key, [identity.ToString(), identity.ToString()])),
            new($"revoked {name}", revoked),
            new($"revoked {name} with a newer certificate", TestCertificates.Issue(root, revokedIdentity, revokedKey)),
        ];
        if (role != Role.Operator) // an operator is whoever the root calls one
        {
            callers.Add(new($"{name} with another key", TestCertificates.Issue(root, identity, NodeKey.New())));
        }

        return callers;
    }

    // As another replica would, with nothing but the certificate's record.
    private static async Task RevokeAsync(ManagedNetwork network, X509Certificate2 certificate, Identity identity)
    {
        var serial = Convert.ToHexStringLower(certificate.SerialNumberBytes.Span);
        await network.WriteAsync(new StateTransaction().Put(network.Keys.Certificate(serial), StateJson.Write(new CertificateRecord
        {
            Serial = serial,
            Identity = identity.ToString(),
            KeyHash = PublicKeys.KeyHash(certificate).ToString(),
            Der = certificate.RawData,
            IssuedAt = DateTimeOffset.UtcNow,
            NotAfter = DateTimeOffset.UtcNow.AddDays(1),
            RevokedAt = DateTimeOffset.UtcNow,
        })));
    }

    private static X509Certificate2 SignedByItself(Identity identity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return RequestOf(identity, key).CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    // With the key of a node, which is certified, but not to certify.
    private static X509Certificate2 Minted(EnrolledNode by, Identity identity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signer = by.Certificate.GetECDsaPrivateKey()!;
        using var minted = RequestOf(identity, key).Create(
            by.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), by.Certificate.NotBefore, by.Certificate.NotAfter, [1, 2, 3]);
        return minted.CopyWithPrivateKey(key);
    }

    private static CertificateRequest RequestOf(Identity identity, ECDsa key)
    {
        var request = new CertificateRequest("CN=thief", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new(identity.ToString()));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        return request;
    }

    private static X509Certificate2 OfEtcd(RootAuthority root, Func<EtcdAuthority, byte[], X509Certificate2> issue)
    {
        using var authority = EtcdAuthority.Of(root);
        using var key = NodeKey.New();
        Assert.True(CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
        using var certificate = issue(authority, publicKey);
        return key.Attach(certificate);
    }
}
