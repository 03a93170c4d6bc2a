using System.Buffers.Binary;
using System.Security.Authentication;
using System.Text;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.IntegrationTests.Probes;

/// <summary>Speaks raw frames and notes raw frames.</summary>
internal sealed class Http2Prober(ProbeClient client)
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, Push = 5, Ping = 6, GoAway = 7, Window = 8, Continuation = 9;
    public const byte EndStream = 1, EndHeaders = 4, Padded = 8;

    private static readonly string[] s_types = ["DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION"];

    private readonly HpackDecoder _decoder = new(4096, 65536, 65536);

    public static byte[] Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    /// <summary>Preface, empty SETTINGS and the ACK of the server's.</summary>
    public static byte[] Start => [.. Preface, .. Frame(Settings, 0, 0), .. Frame(Settings, 1, 0)];

    public static byte[] Frame(byte type, byte flags, int stream, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static byte[] Block(params (string Name, string Value)[] fields)
    {
        var writer = new HpackWriter();
        foreach (var (name, value) in fields)
        {
            writer.Literal(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value), HpackForm.WithoutIndexing, huffman: false);
        }

        return writer.ToArray();
    }

    public static byte[] Request(string method, string path, params (string Name, string Value)[] more) =>
        Block([(":method", method), (":scheme", "https"), (":path", path), (":authority", ProbeSite.Name), .. more]);

    public static byte[] Get(int stream, string path, params (string Name, string Value)[] more) =>
        Frame(Headers, EndStream | EndHeaders, stream, Request("GET", path, more));

    public static Probe Row(string name, params byte[][] bytes) => new($"h2: {name}", async (server, token) =>
    {
        using var client = await ProbeClient.ConnectAsync(server, token);
        await client.TlsAsync(ProbeSite.Name, SslProtocols.Tls13, "h2", "http/1.1");
        await client.SendAsync([.. bytes.SelectMany(b => b)]);
        await new Http2Prober(client).ReadToEndAsync();
        return client.Transcript;
    });

    /// <summary>Notes every frame until the connection ends.</summary>
    public async Task ReadToEndAsync()
    {
        var buffer = new byte[1 << 20];
        var end = 0;
        while (await client.ReadAsync(buffer.AsMemory(end)) is > 0 and var count)
        {
            end += count;
            var start = 0;
            while (end - start >= 9)
            {
                var length = (buffer[start] << 16) | (buffer[start + 1] << 8) | buffer[start + 2];
                if (end - start < 9 + length)
                {
                    break;
                }

                Note(buffer[start + 3], buffer[start + 4], BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + 5)), buffer.AsSpan(start + 9, length));
                start += 9 + length;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
        }

        if (end > 0)
        {
            client.Note($"and {Convert.ToHexString(buffer.AsSpan(0, end))}");
        }

        await client.NoteEndAsync();
    }

    private void Note(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var name = type < s_types.Length ? s_types[type] : $"type {type}";
        client.Note($"{name} flags {flags} stream {stream} length {(type == Headers ? "-" : payload.Length)} {client.Delay}");
        if (type == Headers)
        {
            var headers = new HeaderList();
            client.Note($"  {_decoder.Decode(payload, headers)}");
            for (var i = 0; i < headers.Count; i++)
            {
                client.Note(ProbeClient.Mask($"{Encoding.Latin1.GetString(headers.Name(i))}: {Encoding.Latin1.GetString(headers.Value(i))}"));
            }

            if (!headers.TryGet("location"u8, out _)) // its port differs
            {
                client.Note($"  {MaskDate(payload)}");
            }
        }
        else
        {
            client.Note("  " + (type == Data ? $"{payload.Length} {Encoding.Latin1.GetString(payload[..Math.Min(700, payload.Length)])}" : Convert.ToHexString(payload)));
        }
    }

    /// <summary>The block itself, without the value of its date, whose code's length changes with the day.</summary>
    private static string MaskDate(ReadOnlySpan<byte> block)
    {
        var date = block.IndexOf((byte)(0x40 | 33));
        return date < 0 || date + 1 >= block.Length
            ? Convert.ToHexString(block)
            : $"{Convert.ToHexString(block[..date])} date {Convert.ToHexString(block[Math.Min(block.Length, date + 2 + (block[date + 1] & 0x7f))..])}";
    }
}
