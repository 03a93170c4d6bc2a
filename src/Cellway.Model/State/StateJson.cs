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
    /// <summary>A record's stored form.</summary>
    public static byte[] Write<T>(T record)
        where T : class => JsonSerializer.SerializeToUtf8Bytes(record, TypeInfo<T>());

    /// <summary>The record that <paramref name="entry"/> holds.</summary>
    /// <exception cref="InvalidDataException">The value is not such a record; the message names the key.</exception>
    public static T Read<T>(StateEntry entry)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            return JsonSerializer.Deserialize(entry.Value.Span, TypeInfo<T>()) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The state key {entry.Key} does not hold a {typeof(T).Name}.", e);
        }
    }

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>?)Default.GetTypeInfo(typeof(T)) ?? throw new NotSupportedException($"{typeof(T).Name} is not a stored record.");
}
