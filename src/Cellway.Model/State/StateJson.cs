using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cellway.Model.Audit;
using Cellway.Model.Backups;
using Cellway.Model.Bot;
using Cellway.Model.Cells;
using Cellway.Model.Certificates;
using Cellway.Model.Devices;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.Regeneration;
using Cellway.Model.Replicas;
using Cellway.Model.Routing;
using Cellway.Model.Usage;

namespace Cellway.Model.State;

/// <summary>How records become the JSON that is stored, and back.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetworkRecord))]
[JsonSerializable(typeof(AuthorityRecord))]
[JsonSerializable(typeof(SealedSecretRecord))]
[JsonSerializable(typeof(TrustRecord))]
[JsonSerializable(typeof(CellRecord))]
[JsonSerializable(typeof(RotationRecord))]
[JsonSerializable(typeof(ParticipantRecord))]
[JsonSerializable(typeof(JoinTokenRecord))]
[JsonSerializable(typeof(NodeRecord))]
[JsonSerializable(typeof(WorkerRecord))]
[JsonSerializable(typeof(NodeSessionRecord))]
[JsonSerializable(typeof(EntryReportRecord))]
[JsonSerializable(typeof(CellReturnRecord))]
[JsonSerializable(typeof(CertificateRecord))]
[JsonSerializable(typeof(UserRecord))]
[JsonSerializable(typeof(DeviceRecord))]
[JsonSerializable(typeof(DeviceAppsRecord))]
[JsonSerializable(typeof(CoreUsageRecord))]
[JsonSerializable(typeof(UsagePageRecord))]
[JsonSerializable(typeof(SpentDeviceRecord))]
[JsonSerializable(typeof(SpentReserveRecord))]
[JsonSerializable(typeof(ReplicaRecord))]
[JsonSerializable(typeof(LeaderRecord))]
[JsonSerializable(typeof(EndpointRecord))]
[JsonSerializable(typeof(LifeSignsRecord))]
[JsonSerializable(typeof(IncidentRecord))]
[JsonSerializable(typeof(RegenerationRecord))]
[JsonSerializable(typeof(BotOffsetRecord))]
[JsonSerializable(typeof(BotTalkRecord))]
[JsonSerializable(typeof(BotPersonRecord))]
[JsonSerializable(typeof(BotChatRecord))]
[JsonSerializable(typeof(BotRequestRecord))]
[JsonSerializable(typeof(BotThreadRecord))]
[JsonSerializable(typeof(BotMessageRecord))]
[JsonSerializable(typeof(BotBroadcastRecord))]
[JsonSerializable(typeof(BotAlertsRecord))]
[JsonSerializable(typeof(BotInvitationRecord))]
[JsonSerializable(typeof(BotCodeRecord))]
[JsonSerializable(typeof(AuditAct))]
[JsonSerializable(typeof(AuditRecord))]
[JsonSerializable(typeof(AuditHeadRecord))]
[JsonSerializable(typeof(BackupRecord))]
[JsonSerializable(typeof(RestoredRecord))]
public sealed partial class StateJson : JsonSerializerContext
{
    /// <summary>The newest form of records that this version reads and writes.</summary>
    public const int Schema = 1;

    /// <summary>A record's stored form.</summary>
    public static byte[] Write<T>(T record)
        where T : class, IStateRecord => JsonSerializer.SerializeToUtf8Bytes(record, TypeInfo<T>());

    /// <summary>The record that <paramref name="entry"/> holds.</summary>
    /// <exception cref="InvalidDataException">The value is not such a record; the message names the key.</exception>
    /// <exception cref="NewerSchemaException">A newer version of this program has written it.</exception>
    public static T Read<T>(StateEntry entry)
        where T : class, IStateRecord
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            var record = JsonSerializer.Deserialize(entry.Value.Span, TypeInfo<T>()) ?? throw new JsonException("null");
            return record.Schema <= Schema ? record : throw new NewerSchemaException(entry.Key, record.Schema);
        }
        catch (JsonException e)
        {
            // A newer form need not look like the older one at all.
            throw SchemaOf(entry.Value.Span) is > Schema and var schema
                ? new NewerSchemaException(entry.Key, schema)
                : new InvalidDataException($"The state key {entry.Key} does not hold a {typeof(T).Name}.", e);
        }
    }

    /// <summary>The version of a record's form, from its stored form; 0 of what is no record.</summary>
    public static int SchemaOf(ReadOnlySpan<byte> value)
    {
        if (value is not [(byte)'{', ..])
        {
            return 0; // an index; and there are millions
        }

        var reader = new Utf8JsonReader(value);
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals("schema"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var schema) ? schema : 0;
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON: no form at all.
        }

        return 0;
    }

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>?)Default.GetTypeInfo(typeof(T)) ?? throw new NotSupportedException($"{typeof(T).Name} is not a stored record.");
}
