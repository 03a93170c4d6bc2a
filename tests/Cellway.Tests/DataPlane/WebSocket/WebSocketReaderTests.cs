using System.Buffers;
using System.Text;
using Cellway.DataPlane.WebSocket;

namespace Cellway.Tests.DataPlane.WebSocket;

public sealed class WebSocketReaderTests
{
    private static readonly byte[] s_mask = [0x37, 0xfa, 0x21, 0x3d];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void Next_FragmentsTextAndPings_AreOneStream(int step)
    {
        byte[] sent =
        [
            .. Frame(0x01, "Hel"u8), .. Frame(0x89, "hi"u8), .. Frame(0x00, ""u8), .. Frame(0x80, "lo"u8),
            .. Frame(0x82, new byte[300]), .. Frame(0x82, new byte[70_000]), .. Frame(0x8a, ""u8), .. Frame(0x88, [0x03, 0xe8]),
        ];

        var (data, controls) = ReadAll(sent, step);

        Assert.Equal(5 + 300 + 70_000, data.Length);
        Assert.StartsWith("Hello", Encoding.ASCII.GetString(data), StringComparison.Ordinal);
        Assert.Equal(["Ping 6869", "Pong ", "Close 03E8"], controls);
    }

    [Theory]
    [InlineData(0x82, false)] // not masked
    [InlineData(0xc2, true)] // a reserved bit
    [InlineData(0x83, true)] // an unknown opcode
    [InlineData(0x80, true)] // continues nothing
    [InlineData(0x09, true)] // a control frame in pieces
    public void Next_BrokenFraming_IsInvalid(byte first, bool masked)
    {
        var frame = Frame(first, "x"u8);
        frame[1] &= masked ? (byte)0xff : (byte)0x7f;

        Assert.Equal(OperationStatus.InvalidData, new WebSocketReader().Next(frame, out _, out _, out _));
    }

    [Theory]
    [InlineData(0, "8200")]
    [InlineData(125, "827D")]
    [InlineData(126, "827E007E")]
    [InlineData(65_536, "827F0000000000010000")]
    public void WriteHead_Lengths_TakeTheShortestForm(int length, string expected)
    {
        var head = new byte[WebSocketFrame.MaxHead];

        Assert.Equal(expected, Convert.ToHexString(head[..WebSocketFrame.WriteHead(head, WebSocketOpcode.Binary, length)]));
    }

    private static (byte[] Data, List<string> Controls) ReadAll(byte[] sent, int step)
    {
        var reader = new WebSocketReader();
        using var data = new MemoryStream();
        var controls = new List<string>();
        byte[] left = [];
        for (var at = 0; at < sent.Length; at += step)
        {
            left = [.. left, .. sent.AsSpan(at, Math.Min(step, sent.Length - at))];
            OperationStatus status;
            do
            {
                status = reader.Next(left, out var kind, out var start, out var length);
                if (status == OperationStatus.Done && kind != WebSocketOpcode.Binary)
                {
                    controls.Add($"{kind} {Convert.ToHexString(left.AsSpan(start, length))}");
                }
                else
                {
                    data.Write(left, start, length);
                }

                left = left[(start + length)..];
            }
            while (status == OperationStatus.Done);
            Assert.Equal(OperationStatus.NeedMoreData, status);
        }

        Assert.Empty(left);
        return (data.ToArray(), controls);
    }

    internal static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)(0x80 | payload.Length)],
            <= 0xffff => [0xfe, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [0xff, 0, 0, 0, 0, 0, (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        var masked = payload.ToArray();
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] ^= s_mask[i & 3];
        }

        return [first, .. length, .. s_mask, .. masked];
    }
}
