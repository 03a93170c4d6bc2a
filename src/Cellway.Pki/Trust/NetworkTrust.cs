using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;

namespace Cellway.Pki.Trust;

/// <summary>Whom to believe: the network's roots, and the keys that have been revoked. Immutable; swap it whole.</summary>
/// <remarks>Only these roots count: not the system's, and nothing is fetched while verifying.</remarks>
public sealed class NetworkTrust
{
    private readonly X509Certificate2[] _roots;
    private readonly FrozenSet<Hash256> _revoked;

    /// <summary>Trusts <paramref name="roots"/>, except for keys in <paramref name="revokedKeyHashes"/>.</summary>
    /// <param name="network">The network's id; null while it is not yet known, then any id is accepted.</param>
    /// <param name="roots">The root certificates; they must outlive this object.</param>
    /// <param name="revokedKeyHashes">See <see cref="PublicKeys.KeyHash(X509Certificate2)"/>.</param>
    public NetworkTrust(string? network, IEnumerable<X509Certificate2> roots, IEnumerable<Hash256> revokedKeyHashes)
    {
        Network = network;
        _roots = [.. roots];
        _revoked = revokedKeyHashes.ToFrozenSet();
    }

    /// <summary>The network's id, if known.</summary>
    public string? Network { get; }

    /// <summary>The root certificates.</summary>
    public IReadOnlyCollection<X509Certificate2> Roots => _roots;

    /// <summary>The revoked keys.</summary>
    public IReadOnlySet<Hash256> RevokedKeyHashes => _revoked;

    /// <summary>Reads roots from DER.</summary>
    /// <exception cref="CryptographicException">One of them is no certificate.</exception>
    public static NetworkTrust FromDer(string? network, IEnumerable<byte[]> roots, IEnumerable<Hash256> revokedKeyHashes) =>
        new(network, roots.Select(X509CertificateLoader.LoadCertificate), revokedKeyHashes);

    /// <summary>Whether this key has been revoked.</summary>
    public bool IsRevoked(Hash256 keyHash) => _revoked.Contains(keyHash);

    /// <summary>Decides whether to believe a peer.</summary>
    /// <param name="leaf">What the peer showed; null when it showed nothing.</param>
    /// <param name="extra">What it sent along; used only to build the chain.</param>
    /// <param name="side">Which side of the connection the peer is.</param>
    /// <param name="time">The clock that decides what is expired.</param>
    /// <param name="allowed">The roles that may do what the peer is about to do.</param>
    public TrustResult Verify(
        X509Certificate2? leaf, IEnumerable<X509Certificate2>? extra, PeerSide side, TimeProvider time, params ReadOnlySpan<Role> allowed)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (leaf is null)
        {
            return TrustResult.Rejected(TrustRejection.Missing);
        }

        if (CheckChain(leaf, extra, time) is not TrustRejection.None and var reason)
        {
            return TrustResult.Rejected(reason);
        }

        if (_revoked.Contains(PublicKeys.KeyHash(leaf)))
        {
            return TrustResult.Rejected(TrustRejection.Revoked);
        }

        if (!IdentityExtension.TryRead(leaf, out var identity) || !IsFor(leaf, side))
        {
            return TrustResult.Rejected(TrustRejection.Malformed);
        }

        if (Network is not null && identity.Network != Network)
        {
            return TrustResult.Rejected(TrustRejection.WrongNetwork);
        }

        return allowed.Contains(identity.Role) ? TrustResult.Trusted(identity) : TrustResult.Rejected(TrustRejection.WrongRole);
    }

    private TrustRejection CheckChain(X509Certificate2 leaf, IEnumerable<X509Certificate2>? extra, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // revocation is pushed, see Trust
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        if (extra is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(extra.ToArray());
        }

        try
        {
            var built = chain.Build(leaf);
            return built
                ? chain.ChainElements.Count == 2 ? TrustRejection.None : TrustRejection.Untrusted // a root signs leaves itself
                : ReasonOf(chain, leaf, now);
        }
        catch (CryptographicException)
        {
            return TrustRejection.Untrusted;
        }
        finally
        {
            // The chain's copies hold native memory that would otherwise wait for finalizers, one set per handshake.
            foreach (var element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    private static TrustRejection ReasonOf(X509Chain chain, X509Certificate2 leaf, DateTime now)
    {
        var onlyLeafTime = chain.ChainElements.Count == 2
            && chain.ChainElements[1].ChainElementStatus.Length == 0
            && chain.ChainElements[0].ChainElementStatus is [{ Status: X509ChainStatusFlags.NotTimeValid }];
        return (onlyLeafTime, now < leaf.NotBefore.ToUniversalTime()) switch
        {
            (false, _) => TrustRejection.Untrusted,
            (true, true) => TrustRejection.NotYetValid,
            (true, false) => TrustRejection.Expired,
        };
    }

    private static bool IsFor(X509Certificate2 leaf, PeerSide side)
    {
        var wanted = side == PeerSide.Server ? Purposes.ServerAuth : Purposes.ClientAuth;
        return leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().SingleOrDefault() is { } usage
            && usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == wanted);
    }
}
