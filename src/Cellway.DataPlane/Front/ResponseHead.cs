using System.Globalization;
using System.Text;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Front;

/// <summary>Writes a response's header block as nginx 1.22 does, byte for byte: order, indexing and Huffman.</summary>
internal static class ResponseHead
{
    private const int Status = 8;
    private const int ContentLength = 28;
    private const int ContentType = 31;
    private const int Date = 33;
    private const int LastModified = 44;
    private const int Location = 46;
    private const int Server = 54;

    private static readonly string[] s_placed = ["content-type", "last-modified", "location"];

    public static byte[] Of(CoverAnswer answer, DateTimeOffset now)
    {
        var head = new HpackWriter();
        _ = (int)answer.Status switch
        {
            200 => head.Indexed(Status),
            204 => head.Indexed(Status + 1),
            206 => head.Indexed(Status + 2),
            304 => head.Indexed(Status + 3),
            400 => head.Indexed(Status + 4),
            404 => head.Indexed(Status + 5),
            500 => head.Indexed(Status + 6),
            var other => head.Literal(Status, Text(other.ToString(CultureInfo.InvariantCulture)), HpackForm.Incremental, huffman: false),
        };
        Add(Server, StatusText.Server);
        Add(Date, now.ToString("r", CultureInfo.InvariantCulture));
        Add(ContentType, answer["content-type"]);
        if (answer.HasBody)
        {
            head.Literal(ContentLength, Text(answer.Body.Length.ToString(CultureInfo.InvariantCulture)), HpackForm.Incremental, huffman: false);
        }

        Add(LastModified, answer["last-modified"]);
        Add(Location, answer["location"]);
        foreach (var (name, value) in answer.Headers)
        {
            if (!s_placed.Contains(name))
            {
                head.Literal(Text(name), Text(value), HpackForm.WithoutIndexing);
            }
        }

        return head.ToArray();

        void Add(int index, string? value)
        {
            if (value is not null)
            {
                head.Literal(index, Text(value), HpackForm.Incremental);
            }
        }
    }

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
}
