using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cellway.Model.Usage;

/// <summary>Two numbers in an array: there are millions of these.</summary>
internal sealed class TrafficBytesConverter : JsonConverter<TrafficBytes>
{
    public override TrafficBytes Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("Bytes are [up, down].");
        }

        var (up, down) = (ReadOne(ref reader), ReadOne(ref reader));
        return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? new(up, down) : throw new JsonException("Bytes are [up, down].");
    }

    public override void Write(Utf8JsonWriter writer, TrafficBytes value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.Up);
        writer.WriteNumberValue(value.Down);
        writer.WriteEndArray();
    }

    private static long ReadOne(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0
            ? value
            : throw new JsonException("Bytes are whole numbers, and not negative.");
}
