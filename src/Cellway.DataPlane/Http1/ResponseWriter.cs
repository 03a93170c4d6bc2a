using System.Globalization;
using System.Text;
using Cellway.DataPlane.Cover;

namespace Cellway.DataPlane.Http1;

/// <summary>Writes a response's head in nginx's order and spelling.</summary>
internal static class ResponseWriter
{
    /// <summary>The answer to <c>Expect: 100-continue</c>.</summary>
    public static ReadOnlyMemory<byte> Continue { get; } = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    // These have their place in the order; the others follow as they come.
    private static readonly string[] s_before = ["content-type", "content-length", "last-modified", "location"];

    public static byte[] Head(CoverAnswer answer, bool keepAlive, DateTimeOffset now)
    {
        var head = new StringBuilder(384);
        head.Append("HTTP/1.1 ").Append(StatusText.Of(answer.Status)).Append("\r\nServer: ").Append(StatusText.Server);
        Append(head, "Date", now.ToString("r", CultureInfo.InvariantCulture));
        foreach (var name in s_before)
        {
            if (name == "content-length")
            {
                if (answer.HasBody)
                {
                    Append(head, "Content-Length", answer.Body.Length.ToString(CultureInfo.InvariantCulture));
                }
            }
            else if (answer[name] is { } value)
            {
                Append(head, Spell(name), value);
            }
        }

        Append(head, "Connection", keepAlive ? "keep-alive" : "close");
        foreach (var (name, value) in answer.Headers)
        {
            if (!s_before.Contains(name))
            {
                Append(head, Spell(name), value);
            }
        }

        return Encoding.Latin1.GetBytes(head.Append("\r\n\r\n").ToString());
    }

    private static void Append(StringBuilder head, string name, string value) =>
        head.Append("\r\n").Append(name).Append(": ").Append(value);

    private static string Spell(string name) => name == "etag"
        ? "ETag"
        : string.Create(name.Length, name, static (text, name) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = i == 0 || name[i - 1] == '-' ? char.ToUpperInvariant(name[i]) : name[i];
            }
        });
}
