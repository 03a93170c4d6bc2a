using Cellway.Model.Cells;
using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Cellway.Model.Identities;

namespace Cellway.Pki.Requesting;

/// <summary>What lets a machine join once: where to ask, a secret, and whom to believe on the first connection. Never logged.</summary>
/// <remarks>
/// The text is <c>cw1_</c> and the base64url of <c>id (16) | secret (32) | root key hash (32) | count (1) |
/// count × (length (1), ASCII) | first 4 bytes of SHA-256 of all before</c>.
/// </remarks>
public sealed class JoinToken
{
    /// <summary>Length of <see cref="Id"/> in bytes.</summary>
    public const int IdLength = 16;

    /// <summary>Length of <see cref="Secret"/> in bytes.</summary>
    public const int SecretLength = 32;

    /// <summary>The most endpoints a token carries.</summary>
    public const int MaxEndpoints = 8;

    /// <summary>The most characters of the text.</summary>
    public const int MaxTextLength = 1024;

    private const string Prefix = "cw1_";
    private const int FixedLength = IdLength + SecretLength + Hash256.Length;
    private const int ChecksumLength = 4;

    private readonly byte[] _id;
    private readonly byte[] _secret;

    /// <summary>A token from its parts.</summary>
    /// <exception cref="ArgumentException">A part has the wrong length or form, or the text would be too long.</exception>
    public JoinToken(IEnumerable<string> endpoints, ReadOnlySpan<byte> id, ReadOnlySpan<byte> secret, Hash256 rootKeyHash)
    {
        Endpoints = [.. endpoints];
        if (id.Length != IdLength || secret.Length != SecretLength)
        {
            throw new ArgumentException($"A join token has an id of {IdLength} bytes and a secret of {SecretLength}.", nameof(id));
        }

        if (!AreEndpoints(Endpoints))
        {
            throw new ArgumentException($"A join token has 1 to {MaxEndpoints} endpoints in the form host:port.", nameof(endpoints));
        }

        _id = id.ToArray();
        _secret = secret.ToArray();
        RootKeyHash = rootKeyHash;
        if (Reveal().Length > MaxTextLength)
        {
            throw new ArgumentException($"The endpoints are too long: a join token has at most {MaxTextLength} characters.", nameof(endpoints));
        }
    }

    /// <summary>Management servers as <c>host:port</c>, 1 to 8.</summary>
    public IReadOnlyList<string> Endpoints { get; }

    /// <summary>Which token this is. Not secret.</summary>
    public ReadOnlySpan<byte> Id => _id;

    /// <summary>256 random bits.</summary>
    public ReadOnlySpan<byte> Secret => _secret;

    /// <summary>SHA-256 of the root's SubjectPublicKeyInfo.</summary>
    public Hash256 RootKeyHash { get; }

    /// <summary>A new token with a random id and secret.</summary>
    /// <exception cref="ArgumentException">The endpoints have the wrong form, or are too many or too long.</exception>
    public static JoinToken New(IEnumerable<string> endpoints, Hash256 rootKeyHash) =>
        new(endpoints, RandomNumberGenerator.GetBytes(IdLength), RandomNumberGenerator.GetBytes(SecretLength), rootKeyHash);

    /// <summary>Reads the one canonical text of a token.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out JoinToken? token, out JoinTokenFault fault)
    {
        token = null;
        fault = FaultOfPrefix(text);
        if (fault != JoinTokenFault.None)
        {
            return false;
        }

        token = text!.Length <= MaxTextLength ? Decode(text.AsSpan(Prefix.Length)) : null;
        if (token is not null && string.Equals(token.Reveal(), text, StringComparison.Ordinal))
        {
            return true;
        }

        token = null;
        fault = JoinTokenFault.Damaged;
        return false;
    }

    /// <summary>What the network stores of the secret.</summary>
    public Hash256 SecretHash() => Hash256.Of(_secret);

    /// <summary>The text to hand over.</summary>
    public string Reveal()
    {
        var payload = new ArrayBufferWriter<byte>(256);
        payload.Write(_id);
        payload.Write(_secret);
        payload.Write(RootKeyHash.ToArray());
        payload.Write([(byte)Endpoints.Count]);
        foreach (var endpoint in Endpoints)
        {
            payload.Write([(byte)endpoint.Length]);
            payload.Write(Encoding.ASCII.GetBytes(endpoint));
        }

        payload.Write(Checksum(payload.WrittenSpan));
        return Prefix + Base64Url.EncodeToString(payload.WrittenSpan);
    }

    /// <summary>Never the value: this type must not reach a log by accident.</summary>
    public override string ToString() => "JoinToken(…)";

    private static JoinTokenFault FaultOfPrefix(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return JoinTokenFault.Empty;
        }

        if (text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return JoinTokenFault.None;
        }

        var version = text.IndexOf('_', StringComparison.Ordinal);
        return text.StartsWith("cw", StringComparison.Ordinal) && version is > 2 and < 6 && text.AsSpan(2, version - 2).ContainsAnyExceptInRange('0', '9') is false
            ? JoinTokenFault.UnknownVersion
            : JoinTokenFault.NotAToken;
    }

    private static JoinToken? Decode(ReadOnlySpan<char> encoded)
    {
        if (encoded.IsEmpty || !Base64Url.IsValid(encoded))
        {
            return null;
        }

        var payload = Base64Url.DecodeFromChars(encoded);
        if (payload.Length <= FixedLength + ChecksumLength)
        {
            return null;
        }

        var content = payload.AsSpan(0, payload.Length - ChecksumLength);
        if (!Checksum(content).SequenceEqual(payload.AsSpan(content.Length)) || ReadEndpoints(content[FixedLength..]) is not { } endpoints)
        {
            return null;
        }

        return new(
            endpoints,
            content[..IdLength],
            content.Slice(IdLength, SecretLength),
            new Hash256(content.Slice(IdLength + SecretLength, Hash256.Length)));
    }

    private static List<string>? ReadEndpoints(ReadOnlySpan<byte> bytes)
    {
        var count = bytes[0];
        bytes = bytes[1..];
        var endpoints = new List<string>();
        while (endpoints.Count < count)
        {
            if (bytes.IsEmpty || bytes.Length < 1 + bytes[0])
            {
                return null;
            }

            endpoints.Add(Encoding.ASCII.GetString(bytes.Slice(1, bytes[0])));
            bytes = bytes[(1 + bytes[0])..];
        }

        return bytes.IsEmpty && AreEndpoints(endpoints) ? endpoints : null;
    }

    private static bool AreEndpoints(IReadOnlyList<string> endpoints) =>
        endpoints.Count is > 0 and <= MaxEndpoints
        && endpoints.All(e => e is { Length: <= byte.MaxValue } && HostPort.TryParse(e, out _) && Ascii.IsValid(e));

    private static ReadOnlySpan<byte> Checksum(ReadOnlySpan<byte> content) => SHA256.HashData(content).AsSpan(0, ChecksumLength);
}
