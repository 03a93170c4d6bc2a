using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cellway.Model.Cells;
using Cellway.Model.Certificates;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;

namespace Cellway.Model.State;

/// <summary>How records become the JSON that is stored, and back.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetworkRecord))]
[JsonSerializable(typeof(AuthorityRecord))]
[JsonSerializable(typeof(SealedSecretRecord))]
[JsonSerializable(typeof(CellRecord))]
[JsonSerializable(typeof(ParticipantRecord))]
[JsonSerializable(typeof(JoinTokenRecord))]
[JsonSerializable(typeof(NodeRecord))]
[JsonSerializable(typeof(NodeSessionRecord))]
[JsonSerializable(typeof(CertificateRecord))]
[JsonSerializable(typeof(UserRecord))]
[JsonSerializable(typeof(DeviceRecord))]
public sealed partial class StateJson : JsonSerializerContext
{
    /// <summary>The newest form of a record that this program knows.</summary>
    public const int Schema = 1;

    /// <summary>A record's stored form.</summary>
    public static byte[] Write<T>(T record)
        where T : class => JsonSerializer.SerializeToUtf8Bytes(record, TypeInfo<T>());

    /// <summary>The record that <paramref name="entry"/> holds.</summary>
    /// <exception cref="InvalidDataException">The value is not such a record, or of a newer form; the message names the key.</exception>
    public static T Read<T>(StateEntry entry)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            if (SchemaOf(entry.Value.Span) is var schema && schema > Schema)
            {
                throw new InvalidDataException(
                    $"The state key {entry.Key} was written by a newer Cellway (schema {schema}; this one knows up to {Schema}). Upgrade this program, or restore a backup made before the upgrade.");
            }

            return JsonSerializer.Deserialize(entry.Value.Span, TypeInfo<T>()) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The state key {entry.Key} does not hold a {typeof(T).Name}.", e);
        }
    }

    // Stands first in every record that we write, so this reads a few bytes.
    private static int SchemaOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("schema"u8);
            reader.Read();
            if (found)
            {
                return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var schema) ? schema : throw new JsonException("schema");
            }

            reader.Skip();
        }

        return Schema;
    }

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>?)Default.GetTypeInfo(typeof(T)) ?? throw new NotSupportedException($"{typeof(T).Name} is not a stored record.");
}
