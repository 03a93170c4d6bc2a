using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Cells;
using Cellway.Model.Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;
using Google.Protobuf;

namespace Cellway.Node.Certificates;

/// <summary>Whom this node believes now, and where management is; swapped whole when management says so.</summary>
/// <remarks>
/// To refuse a key, management's word is enough. To believe another root, or to believe a key again, a root that this node
/// believes must have signed it, and nothing older counts: who holds one replica, but not the root, cannot make a node believe anybody.
/// </remarks>
public sealed class NodeTrust
{
    private readonly Action<IReadOnlyCollection<X509Certificate2>> _saveRoots;
    private volatile NetworkTrust _current;
    private volatile Endpoints _management;
    private volatile string[] _mirrors = [];
    private long _version;
    private volatile Hash256Box? _signingRoot;

    /// <param name="current">What it begins with: the roots it has enrolled with or saved since.</param>
    /// <param name="management">Where management was.</param>
    /// <param name="saveRoots">Is told of roots that are new or gone.</param>
    internal NodeTrust(NetworkTrust current, IEnumerable<HostPort> management, Action<IReadOnlyCollection<X509Certificate2>> saveRoots)
    {
        _current = current;
        _management = new([.. management]);
        _saveRoots = saveRoots;
    }

    /// <summary>Roots and revocations.</summary>
    public NetworkTrust Current => _current;

    /// <summary>Of the signed word that it holds; 0 for none.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>The root that issues now, as the signed word says; null when it does not.</summary>
    public Hash256? SigningRoot => _signingRoot?.Value;

    /// <summary>Where to attach.</summary>
    public IReadOnlyList<HostPort> Management => _management.All;

    /// <summary>Where to ask, when management is nowhere.</summary>
    internal IReadOnlyList<string> Mirrors => _mirrors;

    /// <summary>Takes what a signed notice says: management is there, or else where it was.</summary>
    /// <returns>Whether that is anywhere else.</returns>
    internal bool MoveTo(IEnumerable<string> management)
    {
        var before = _management.All;
        var moved = management.Where(m => HostPort.TryParse(m, out _)).Select(HostPort.Parse).Except(before).ToList();
        if (moved.Count == 0)
        {
            return false;
        }

        _management = new([.. moved, .. before]);
        return true;
    }

    /// <summary>Takes what management sent.</summary>
    /// <exception cref="FormatException">It is not usable; nothing has changed.</exception>
    internal TrustOutcome Apply(Trust trust)
    {
        var management = ParseAll(trust.Management);
        var before = _current;
        NetworkTrust next;
        TrustOutcome outcome;
        try
        {
            var refused = trust.RevokedKeyHashes.Select(h => new Hash256(h.Span));
            var signed = trust.Statement.IsEmpty ? null : Read(trust, before);
            outcome = signed is null ? TrustOutcome.Unsigned : signed.Version < Version ? TrustOutcome.Older : TrustOutcome.Taken;
            next = outcome == TrustOutcome.Taken
                ? NetworkTrust.FromDer(before.Network, signed!.Roots.Select(r => r.ToByteArray()), signed.RevokedKeyHashes.Select(h => new Hash256(h.Span)).Concat(refused))
                : new(before.Network, before.Roots, before.RevokedKeyHashes.Concat(refused));
            if (outcome == TrustOutcome.Taken)
            {
                if (!SameRoots(before, next))
                {
                    _saveRoots(next.Roots);
                }

                _signingRoot = signed!.SigningRoot.Length == Hash256.Length ? new(new Hash256(signed.SigningRoot.Span)) : null;
                Interlocked.Exchange(ref _version, signed.Version);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or InvalidProtocolBufferException)
        {
            throw new FormatException("The trust resource is malformed.", e);
        }

        _current = next;
        _mirrors = [.. trust.Mirrors];
        if (!management.IsEmpty)
        {
            _management = new(management); // without any the node keeps those it has: it could never come back otherwise
        }

        return outcome;
    }

    internal static ImmutableArray<HostPort> ParseAll(IEnumerable<string> endpoints) =>
        [.. endpoints.Select(HostPort.Parse)];

    private static TrustStatement Read(Trust trust, NetworkTrust before)
    {
        if (!before.Roots.Any(root => trust.Signatures.Any(s => SignedStatement.Verify(root, TrustRecord.Purpose, trust.Statement.Span, s.Span))))
        {
            throw new FormatException("The trust resource is signed by no root that this node believes.");
        }

        var statement = TrustStatement.Parser.ParseFrom(trust.Statement);
        return statement.Network != before.Network ? throw new FormatException("The trust resource is another network's.")
            : statement.Roots.Count == 0 ? throw new FormatException("The trust resource has no root.")
            : statement;
    }

    private static bool SameRoots(NetworkTrust left, NetworkTrust right) =>
        left.Roots.Select(r => r.Thumbprint).ToHashSet(StringComparer.Ordinal).SetEquals(right.Roots.Select(r => r.Thumbprint));

    private sealed record Hash256Box(Hash256 Value);

    private sealed record Endpoints(ImmutableArray<HostPort> All);
}
