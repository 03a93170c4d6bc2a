using Cellway.Model.Cells;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;

namespace Cellway.Node.Certificates;

/// <summary>Whom this node believes now, and where management is; swapped whole when management says so.</summary>
public sealed class NodeTrust
{
    private volatile NetworkTrust _current;
    private volatile Endpoints _management;

    internal NodeTrust(NetworkTrust current, IEnumerable<HostPort> management)
    {
        _current = current;
        _management = new([.. management]);
    }

    /// <summary>After the roots or revocations changed: sessions of keys that are revoked now must be cut.</summary>
    public event Action<NetworkTrust>? Changed;

    /// <summary>Roots and revocations.</summary>
    public NetworkTrust Current => _current;

    /// <summary>Where to attach.</summary>
    public IReadOnlyList<HostPort> Management => _management.All;

    /// <summary>Takes what management sent.</summary>
    /// <exception cref="FormatException">It is not usable; nothing has changed.</exception>
    internal void Apply(Trust trust)
    {
        if (trust.Roots.Count == 0)
        {
            throw new FormatException("The trust resource has no root.");
        }

        NetworkTrust next;
        try
        {
            next = NetworkTrust.FromDer(
                _current.Network, trust.Roots.Select(r => r.ToByteArray()), trust.RevokedKeyHashes.Select(h => new Hash256(h.Span)));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new FormatException("The trust resource is malformed.", e);
        }

        var management = ParseAll(trust.Management);
        _current = next;
        if (!management.IsEmpty)
        {
            _management = new(management); // without any the node keeps those it has: it could never come back otherwise
        }

        Changed?.Invoke(next);
    }

    internal static ImmutableArray<HostPort> ParseAll(IEnumerable<string> endpoints) =>
        [.. endpoints.Select(HostPort.Parse)];

    private sealed record Endpoints(ImmutableArray<HostPort> All);
}
