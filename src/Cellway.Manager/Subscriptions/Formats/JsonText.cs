using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>Writes a JSON document; none of them ends up inside a page, so names stay readable.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Object(this Utf8JsonWriter json, string? name, Action content)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }

        content();
        json.WriteEndObject();
    }

    public static void Array(this Utf8JsonWriter json, string name, Action content)
    {
        json.WriteStartArray(name);
        content();
        json.WriteEndArray();
    }

    public static void Strings(this Utf8JsonWriter json, string name, params IEnumerable<string> values) => json.Array(name, () =>
    {
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
    });
}
