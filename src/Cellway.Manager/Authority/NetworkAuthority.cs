using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cellway.Manager.Authority.Tokens;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Authority;

/// <summary>The opened secrets of the network: the roots, and what else must not be readable from the state. Follows when a root is replaced.</summary>
internal sealed class NetworkAuthority : IRootSigner, IViewFollower, IDisposable
{
    private readonly SealKey _seal;
    private readonly TokenKeys? _token;
    private readonly byte[] _routeSecret;
    private readonly Dictionary<int, RootAuthority> _opened = [];
    private volatile OpenedRoots _roots;
    private volatile string? _notOpened;
    private ImmutableDictionary<string, AuthorityRecord>? _seen;

    /// <exception cref="CryptographicException">A root's key cannot be opened, or does not belong to its certificate.</exception>
    private NetworkAuthority(string network, SealKey seal, TokenKeys? token, IReadOnlyCollection<AuthorityRecord> roots, byte[] routeSecret)
    {
        Network = network;
        _seal = seal;
        _token = token;
        _routeSecret = routeSecret;
        _roots = Open(roots);
        RouteIds = new(routeSecret);
    }

    public string Network { get; }

    /// <summary>The root that issues, and its generation.</summary>
    /// <exception cref="StateUnavailableException">Another issues by now, and this replica cannot open it.</exception>
    public (int Generation, RootAuthority Root) Signing => _notOpened is { } why ? throw new StateUnavailableException(why) : _roots.Signing;

    /// <summary>The root that issues.</summary>
    /// <exception cref="StateUnavailableException">The same.</exception>
    public RootAuthority Root => Signing.Root;

    /// <summary>The root that everybody believes while another takes its place.</summary>
    public RootAuthority Anchor => _roots.Anchor;

    public RouteIds RouteIds { get; }

    /// <summary>Opens what <see cref="NetworkCreator"/> has sealed.</summary>
    /// <exception cref="SealException">The passphrase or key file is not the right one, or the root's token is not there.</exception>
    /// <exception cref="InvalidDataException">Something is missing from the state.</exception>
    public static async Task<NetworkAuthority> OpenAsync(IStateStore store, StateKeys keys, string network, SealSecret secret, CancellationToken cancellationToken)
    {
        var parameters = JsonSerializer.Deserialize<SealParameters>((await RequireAsync(keys.Seal)).Value.Span)
            ?? throw new InvalidDataException($"The state key {keys.Seal} is empty.");
        var seal = secret.Open(parameters);
        var token = secret.Token is { } named ? new TokenKeys(named) : null;
        try
        {
            var snapshot = await store.ListAsync(keys.Prefix + StateKeys.Folders.Authorities, cancellationToken);
            var routeSecret = seal.Open(Purposes.Routes, StateJson.Read<SealedSecretRecord>(await RequireAsync(keys.RouteSecret)).Sealed);
            return new(network, seal, token, [.. snapshot.Entries.Select(StateJson.Read<AuthorityRecord>)], routeSecret);
        }
        catch
        {
            token?.Dispose();
            seal.Dispose();
            throw;
        }

        async Task<StateEntry> RequireAsync(string key) =>
            await store.GetAsync(key, cancellationToken) ?? throw new InvalidDataException($"The state has no {key}: it is not a whole network.");
    }

    /// <summary>Takes in a root that is new, issues now, or is gone. One that cannot be opened changes nothing, until it issues: then this replica signs nothing any more.</summary>
    public void Apply(NetworkView view, ViewChanges changes)
    {
        if (view.Authorities == _seen || view.Authorities.IsEmpty)
        {
            return;
        }

        _seen = view.Authorities;
        try
        {
            _roots = Open([.. view.Authorities.Values]);
            _notOpened = null;
        }
        catch (Exception e) when (e is CryptographicException or SealException or InvalidDataException)
        {
            // What was opened before goes on, as long as it counts: a certificate of a root that is being replaced would soon be worth nothing.
            _notOpened = view.Authorities.Values.Any(a => a.Signs && a.Generation != _roots.Signing.Generation) ? e.Message : null;
        }
    }

    public (byte[] Signature, int Generation) Sign(string purpose, ReadOnlySpan<byte> content)
    {
        var (generation, root) = Signing;
        return (root.Sign(purpose, content), generation);
    }

    public IReadOnlyList<byte[]> SignByAll(string purpose, ReadOnlySpan<byte> content)
    {
        List<byte[]> signatures = [];
        foreach (var root in _roots.All)
        {
            signatures.Add(root.Sign(purpose, content));
        }

        return signatures;
    }

    /// <summary>The record of a new root that does not issue yet.</summary>
    /// <exception cref="SealException">The token cannot be had.</exception>
    public AuthorityRecord NewRoot(int generation, TimeProvider time)
    {
        var (root, record) = Authority.NewRoot.Make(generation, signs: false, _seal, _token, time);
        root.Dispose();
        return record;
    }

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

    /// <summary>Where a person can be written to.</summary>
    public byte[] SealChat(ReadOnlySpan<byte> chat) => _seal.Seal(Purposes.Chat, chat);

    public byte[] OpenChat(byte[] sealedChat) => _seal.Open(Purposes.Chat, sealedChat);

    /// <summary>What a person has written.</summary>
    public byte[] SealWords(ReadOnlySpan<byte> words) => _seal.Seal(Purposes.Words, words);

    public byte[] OpenWords(byte[] sealedWords) => _seal.Open(Purposes.Words, sealedWords);

    /// <summary>A key of 32 bytes that every replica derives alike, and that tells nothing about the others.</summary>
    public byte[] DeriveKey(string purpose) => HKDF.Expand(HashAlgorithmName.SHA256, _routeSecret, 32, System.Text.Encoding.ASCII.GetBytes(purpose));

    public void Dispose()
    {
        foreach (var root in _opened.Values)
        {
            root.Dispose();
        }

        RouteIds.Dispose();
        _token?.Dispose();
        _seal.Dispose();
    }

    // Those that are gone stay open until the end: something may be signed with them at this moment.
    private OpenedRoots Open(IReadOnlyCollection<AuthorityRecord> records)
    {
        var signing = records.SingleOrDefault(a => a.Signs) ?? throw new InvalidDataException("The state has no root that signs.");
        List<(int Generation, RootAuthority Root)> all = [];
        foreach (var record in records.OrderBy(r => r.Generation))
        {
            if (!_opened.TryGetValue(record.Generation, out var root) || !root.Certificate.RawDataMemory.Span.SequenceEqual(record.Certificate))
            {
                var key = _seal.Open(Purposes.Root(record.Generation), record.SealedKey);
                _opened[record.Generation] = root = record.TokenKey is not { } id ? RootAuthority.Load(record.Certificate, key)
                    : _token is null ? throw new SealException($"The key of root {record.Generation} is on a PKCS#11 token: name it with --root-token.")
                    : RootAuthority.Load(record.Certificate, _token.Open(id, record.Certificate), key);
                CryptographicOperations.ZeroMemory(key);
            }

            all.Add((record.Generation, root));
        }

        return new(all, signing.Generation);
    }

    /// <summary>What a secret is sealed for; one cannot be opened as another.</summary>
    internal static class Purposes
    {
        public const string Routes = "route ids";
        public const string Web = "web certificate";
        public const string Chat = "telegram chat";
        public const string Words = "telegram words";
        public const string Origin = "node origin";

        public static string Root(int generation) => $"root {generation}";
    }
}
