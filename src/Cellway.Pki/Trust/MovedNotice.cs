using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cellway.Pki.Trust;

/// <summary>Where management is now, for nodes that find it nowhere; signed by the network's root, so that any web server can serve it.</summary>
/// <remarks>A node that believes an old one again asks where management was, and whoever answers there must prove to be management.</remarks>
/// <param name="Network">The network's id.</param>
/// <param name="SignedAt">Unix seconds; a node takes none that is older than the last.</param>
/// <param name="Management">host:port of each way in for nodes.</param>
public sealed record MovedNotice(string Network, long SignedAt, IReadOnlyList<string> Management)
{
    /// <summary>What the signatures are for.</summary>
    public const string Purpose = "cellway moved";

    /// <summary>The most bytes of its file.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The notice as a file.</summary>
    /// <param name="sign">Signs for a purpose, as every root that nodes may believe.</param>
    public byte[] Write(Func<string, byte[], IReadOnlyList<byte[]>> sign)
    {
        ArgumentNullException.ThrowIfNull(sign);
        var statement = JsonSerializer.SerializeToUtf8Bytes(this, MovedJson.Default.MovedNotice);
        return JsonSerializer.SerializeToUtf8Bytes(new SignedNotice(statement, sign(Purpose, statement)), MovedJson.Default.SignedNotice);
    }

    /// <summary>The notice that a file holds, if one of <paramref name="roots"/> has signed it for this network.</summary>
    public static MovedNotice? Read(ReadOnlySpan<byte> file, string network, IEnumerable<X509Certificate2> roots)
    {
        try
        {
            return JsonSerializer.Deserialize(file, MovedJson.Default.SignedNotice) is { Statement: { } statement, Signatures: { } signatures }
                && roots.Any(root => signatures.Any(s => SignedStatement.Verify(root, Purpose, statement, s)))
                && JsonSerializer.Deserialize(statement, MovedJson.Default.MovedNotice) is { Management.Count: > 0 } notice
                && notice.Network == network
                    ? notice
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The file of a notice.</summary>
internal sealed record SignedNotice(byte[] Statement, IReadOnlyList<byte[]> Signatures);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MovedNotice))]
[JsonSerializable(typeof(SignedNotice))]
internal sealed partial class MovedJson : JsonSerializerContext;
