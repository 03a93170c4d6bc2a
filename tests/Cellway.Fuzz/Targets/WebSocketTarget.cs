using System.Buffers;
using Cellway.DataPlane.WebSocket;

namespace Cellway.Fuzz.Targets;

internal static class WebSocketTarget
{
    public static void Check(byte[] input)
    {
        var whole = Read(new(input));
        var cut = Read(Pieces.Of(input));
        FuzzException.ThrowUnless(whole.Status == cut.Status, "another result in pieces");
        FuzzException.ThrowUnless(whole.Data.AsSpan().SequenceEqual(cut.Data), "another payload in pieces");
        FuzzException.ThrowUnless(whole.Controls.AsSpan().SequenceEqual(cut.Controls), "other control frames in pieces");
        FuzzException.ThrowUnless(whole.Data.Length + whole.Controls.Length <= input.Length, "more payload than input");
    }

    private static (OperationStatus Status, byte[] Data, byte[] Controls) Read(ReadOnlySequence<byte> pieces)
    {
        var reader = new WebSocketReader();
        var (data, controls) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        byte[] left = [];
        foreach (var piece in pieces)
        {
            left = [.. left, .. piece.Span];
            while (true)
            {
                var status = reader.Next(left, out var kind, out var start, out var length);
                if (status == OperationStatus.InvalidData)
                {
                    return (status, data.WrittenSpan.ToArray(), controls.WrittenSpan.ToArray());
                }

                FuzzException.ThrowUnless(start >= 0 && length >= 0 && start + length <= left.Length, "a piece outside the input");
                FuzzException.ThrowUnless(status != OperationStatus.Done || start + length > 0, "no progress");
                if (kind == WebSocketOpcode.Binary)
                {
                    data.Write(left.AsSpan(start, length));
                }
                else
                {
                    controls.Write([(byte)kind, .. left.AsSpan(start, length)]);
                }

                left = left[(start + length)..];
                if (status != OperationStatus.Done)
                {
                    break;
                }
            }
        }

        return (OperationStatus.NeedMoreData, data.WrittenSpan.ToArray(), controls.WrittenSpan.ToArray());
    }
}
