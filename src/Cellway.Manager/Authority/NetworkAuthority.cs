using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Manager.Routing;
using Cellway.Model.Certificates;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Authority;

/// <summary>The opened secrets of the network: the root that signs, and what else must not be readable from the state.</summary>
internal sealed class NetworkAuthority : IRootSigner, IDisposable
{
    private readonly SealKey _seal;
    private readonly byte[] _routeSecret;

    private NetworkAuthority(string network, SealKey seal, int generation, RootAuthority root, byte[] routeSecret)
    {
        Network = network;
        _seal = seal;
        Generation = generation;
        Root = root;
        _routeSecret = routeSecret;
        RouteIds = new(routeSecret);
    }

    public string Network { get; }

    /// <summary>Of the root that signs.</summary>
    public int Generation { get; }

    public RootAuthority Root { get; }

    public RouteIds RouteIds { get; }

    /// <summary>Opens what <see cref="NetworkCreator"/> has sealed.</summary>
    /// <exception cref="SealException">The passphrase or key file is not the right one.</exception>
    /// <exception cref="InvalidDataException">Something is missing from the state.</exception>
    public static async Task<NetworkAuthority> OpenAsync(IStateStore store, StateKeys keys, string network, SealSecret secret, CancellationToken cancellationToken)
    {
        var parameters = JsonSerializer.Deserialize<SealParameters>((await RequireAsync(keys.Seal)).Value.Span)
            ?? throw new InvalidDataException($"The state key {keys.Seal} is empty.");
        var seal = secret.Open(parameters);
        try
        {
            var snapshot = await store.ListAsync(keys.Prefix + StateKeys.Folders.Authorities, cancellationToken);
            var authority = snapshot.Entries.Select(StateJson.Read<AuthorityRecord>).SingleOrDefault(a => a.Signs)
                ?? throw new InvalidDataException("The state has no root that signs.");
            var rootKey = seal.Open(Purposes.Root(authority.Generation), authority.SealedKey);
            var routeSecret = seal.Open(Purposes.Routes, StateJson.Read<SealedSecretRecord>(await RequireAsync(keys.RouteSecret)).Sealed);
            var root = RootAuthority.Load(authority.Certificate, rootKey);
            CryptographicOperations.ZeroMemory(rootKey);
            return new(network, seal, authority.Generation, root, routeSecret);
        }
        catch
        {
            seal.Dispose();
            throw;
        }

        async Task<StateEntry> RequireAsync(string key) =>
            await store.GetAsync(key, cancellationToken) ?? throw new InvalidDataException($"The state has no {key}: it is not a whole network.");
    }

    public (byte[] Signature, int Generation) Sign(string purpose, ReadOnlySpan<byte> content) => (Root.Sign(purpose, content), Generation);

    public IReadOnlyList<byte[]> SignByAll(string purpose, ReadOnlySpan<byte> content) => [Root.Sign(purpose, content)];

    /// <summary>The note that a node's certificate carries for a time when the state has forgotten the node.</summary>
    public byte[] NoteOf(NodeOrigin origin) => _seal.Seal(Purposes.Origin, origin.Write());

    /// <summary>What a certificate of this network says about its node; <see langword="null"/> for one without a note, or of an older version.</summary>
    public NodeOrigin? OriginOf(X509Certificate2 certificate)
    {
        try
        {
            return CertificateNote.Of(certificate) is { } note ? NodeOrigin.Read(_seal.Open(Purposes.Origin, note)) : null;
        }
        catch (SealException)
        {
            return null;
        }
    }

    /// <summary>What opens every sealed secret, for a backup that is encrypted to operators.</summary>
    public byte[] ExportSealKey() => _seal.Export();

    public byte[] OpenWebKey(byte[] sealedKey) => _seal.Open(Purposes.Web, sealedKey);

    public byte[] SealWebKey(ReadOnlySpan<byte> key) => _seal.Seal(Purposes.Web, key);

    /// <summary>A key of 32 bytes that every replica derives alike, and that tells nothing about the others.</summary>
    public byte[] DeriveKey(string purpose) => HKDF.Expand(HashAlgorithmName.SHA256, _routeSecret, 32, System.Text.Encoding.ASCII.GetBytes(purpose));

    public void Dispose()
    {
        Root.Dispose();
        RouteIds.Dispose();
        _seal.Dispose();
    }

    /// <summary>What a secret is sealed for; one cannot be opened as another.</summary>
    internal static class Purposes
    {
        public const string Routes = "route ids";
        public const string Web = "web certificate";
        public const string Origin = "node origin";

        public static string Root(int generation) => $"root {generation}";
    }
}
