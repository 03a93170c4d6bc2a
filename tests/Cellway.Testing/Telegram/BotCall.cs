using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Cellway.Testing.Telegram;

/// <summary>The parameters of a call, as JSON or as a form with files; and whether Telegram would take them.</summary>
internal sealed class BotCall
{
    private const int MaxText = 4096;
    private const int MaxCaption = 1024;
    private const int MaxData = 64;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public byte[]? Photo { get; private set; }

    public IReadOnlyList<IReadOnlyList<FakeButton>> Buttons { get; private set; } = [];

    public static async Task<BotCall> ReadAsync(HttpRequest request)
    {
        var call = new BotCall();
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync();
            foreach (var (name, value) in form)
            {
                call._values[name] = value.ToString();
            }

            if (form.Files.Count > 0)
            {
                using var copy = new MemoryStream();
                await form.Files[0].CopyToAsync(copy);
                call.Photo = copy.ToArray();
            }
        }
        else if (request.ContentType is not null)
        {
            using var document = await JsonDocument.ParseAsync(request.Body);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                call._values[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
            }
        }

        call.Buttons = call.ReadButtons();
        return call;
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public long Number(string name) => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <returns>Why Telegram would not take such a message.</returns>
    public string? FaultOf(string text, bool caption)
    {
        if (text.Length == 0)
        {
            return "message text is empty";
        }

        var plain = text;
        if (Text("parse_mode") == "HTML")
        {
            try
            {
                plain = XElement.Parse($"<m>{Regex.Replace(text, "&(?!(amp|lt|gt|quot|#\\d+|#x[0-9a-fA-F]+);)", "&amp;")}</m>", LoadOptions.PreserveWhitespace).Value;
            }
            catch (System.Xml.XmlException)
            {
                return "can't parse entities: unclosed or unknown tag";
            }
        }

        return plain.Length > (caption ? MaxCaption : MaxText) ? (caption ? "message caption is too long" : "message is too long")
            : Buttons.SelectMany(r => r).Any(b => b.Data is { } data && System.Text.Encoding.UTF8.GetByteCount(data) is < 1 or > MaxData) ? "BUTTON_DATA_INVALID"
            : Buttons.SelectMany(r => r).Any(b => b.Url is { } url && !Regex.IsMatch(url, "^(https?|tg)://")) ? FaultOfLinks()
            : null;
    }

    /// <returns>What Telegram says of a link that it does not take.</returns>
    public string? FaultOfLinks() =>
        Buttons.SelectMany(r => r).Select(b => b.Url).FirstOrDefault(url => url is not null) is { } link ? $"inline keyboard button URL '{link}' is invalid: Wrong HTTP URL" : null;

    private IReadOnlyList<IReadOnlyList<FakeButton>> ReadButtons() =>
        Text("reply_markup") is { } markup && JsonNode.Parse(markup)?["inline_keyboard"] is JsonArray rows
            ? [.. rows.Select(row => (IReadOnlyList<FakeButton>)[.. row!.AsArray().Select(b => new FakeButton(
                b!["text"]!.GetValue<string>(), b["callback_data"]?.GetValue<string>(), b["url"]?.GetValue<string>(), b["copy_text"]?["text"]?.GetValue<string>()))])]
            : [];
}
