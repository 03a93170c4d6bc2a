using Cellway.Model.Cells;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Certificates;
using Cellway.Node.Hosting;
using Cellway.Pki.Requesting;
using Cellway.Pki.Trust;

namespace Cellway.Node.Enrollment;

/// <summary>Who this node is in its network: its key and certificate, and whom it believes.</summary>
public sealed class NodeMembership
{
    private NodeMembership(NodeState state, Identity identity, NodeKey key, X509Certificate2 certificate, NodeTrust trust)
    {
        State = state;
        Identity = identity;
        Key = key;
        Certificate = new(key.Attach(certificate));
        Trust = trust;
    }

    /// <summary>The identity in its certificate.</summary>
    public Identity Identity { get; }

    /// <summary>What it shows.</summary>
    public NodeCertificate Certificate { get; }

    /// <summary>Whom it believes.</summary>
    public NodeTrust Trust { get; }

    /// <summary>A 32-byte key for one purpose, derived from the node's own.</summary>
    public byte[] DeriveKey(string purpose) => Key.Derive(purpose);

    internal NodeState State { get; }

    internal NodeKey Key { get; }

    /// <summary>The membership saved in the directory; null when the node has not joined.</summary>
    internal static NodeMembership? TryLoad(NodeState state, NodeKey key, NodeRole role, TimeProvider time)
    {
        if (state.TryLoad() is not var (record, certificate, roots))
        {
            return null;
        }

        if (!Identity.TryParse(record.Identity, out var identity) || record.Management is not { Count: > 0 })
        {
            throw new NodeStartException("The saved identity of this node is damaged: move the state directory away and join again with a new token.");
        }

        if (identity.Role != RoleOf(role))
        {
            throw new NodeStartException(
                $"The state directory belongs to {Article(identity.Role)}, and this program is {Article(RoleOf(role))}: name another directory.");
        }

        var trust = new NetworkTrust(identity.Network, roots, []);
        Check(trust, certificate, key, identity, time);
        try
        {
            return new(state, identity, key, certificate, new(trust, NodeTrust.ParseAll(record.Management), state.SaveRoots));
        }
        catch (FormatException e)
        {
            throw new NodeStartException("The saved management endpoints are damaged: move the state directory away and join again with a new token.", e);
        }
    }

    /// <summary>Checks what management issued and saves it.</summary>
    internal static NodeMembership Join(NodeState state, NodeKey key, NodeRole role, Hash256 pin, Credential credential, TimeProvider time)
    {
        var (certificate, roots, identity) = Read(credential);
        if (identity.Role != RoleOf(role) || !roots.Any(root => PublicKeys.KeyHash(root) == pin))
        {
            throw Unusable(null);
        }

        var trust = new NetworkTrust(identity.Network, roots, []);
        Check(trust, certificate, key, identity, time);
        var management = ParseManagement(credential);
        state.Save(new(identity.ToString(), [.. credential.Management]), certificate, roots);
        return new(state, identity, key, certificate, new(trust, management, state.SaveRoots));
    }

    /// <summary>Checks a renewed certificate, saves it and shows it from now on.</summary>
    internal void Renew(Credential credential, TimeProvider time)
    {
        var (certificate, _, identity) = Read(credential); // roots come signed, with phone-home
        if (identity != Identity)
        {
            throw Unusable(null);
        }

        Check(Trust.Current, certificate, Key, Identity, time);
        ParseManagement(credential);
        State.Save(new(identity.ToString(), [.. credential.Management]), certificate, Trust.Current.Roots);
        Certificate.Swap(Key.Attach(certificate));
    }

    private static void Check(NetworkTrust trust, X509Certificate2 certificate, NodeKey key, Identity identity, TimeProvider time)
    {
        var result = trust.Verify(certificate, null, PeerSide.Client, time, identity.Role);
        if (result.Rejection == TrustRejection.Expired)
        {
            throw new NodeStartException(
                $"This node's certificate ended {certificate.NotAfter.ToUniversalTime():u}: move the state directory away and join again with a new token.");
        }

        if (result.Rejection == TrustRejection.NotYetValid)
        {
            throw new NodeStartException($"This node's certificate begins {certificate.NotBefore.ToUniversalTime():u}: set this machine's clock.");
        }

        if (result.Identity != identity || PublicKeys.KeyHash(certificate) != key.KeyHash)
        {
            throw Unusable(null);
        }
    }

    private static (X509Certificate2 Certificate, X509Certificate2[] Roots, Identity Identity) Read(Credential credential)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(credential.Certificate.Span);
            var roots = credential.Roots.Select(r => X509CertificateLoader.LoadCertificate(r.Span)).ToArray();
            return Identity.TryParse(credential.Identity, out var identity) ? (certificate, roots, identity) : throw Unusable(null);
        }
        catch (CryptographicException e)
        {
            throw Unusable(e);
        }
    }

    private static ImmutableArray<HostPort> ParseManagement(Credential credential)
    {
        try
        {
            var endpoints = NodeTrust.ParseAll(credential.Management);
            return endpoints.IsEmpty ? throw Unusable(null) : endpoints;
        }
        catch (FormatException e)
        {
            throw Unusable(e);
        }
    }

    private static NodeStartException Unusable(Exception? cause)
    {
        const string Message = "The certificate does not fit this node's key, role or network: report it to the network's operator.";
        return cause is null ? new(Message) : new(Message, cause);
    }

    private static Role RoleOf(NodeRole role) => role == NodeRole.Core ? Role.Core : Role.Entry;

    private static string Article(Role role) => role switch { Role.Core => "a Core", Role.Entry => "an Entry", _ => "something else" };
}
