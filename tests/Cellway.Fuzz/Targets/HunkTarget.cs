using System.Buffers;
using Cellway.DataPlane.Tunnel;

namespace Cellway.Fuzz.Targets;

internal static class HunkTarget
{
    public static void Check(byte[] input)
    {
        var whole = Read([input]);
        var cut = Read([.. Pieces.Of(input).ToArrays()]);
        FuzzException.ThrowUnless(whole.Status == cut.Status && whole.AtBoundary == cut.AtBoundary, "another result in pieces");
        FuzzException.ThrowUnless(whole.Payload.AsSpan().SequenceEqual(cut.Payload), "another payload in pieces");
        FuzzException.ThrowUnless(whole.Payload.Length <= input.Length, "more payload than input");
        if (whole.Payload.Length is > 0 and <= HunkHeader.MaxData)
        {
            var header = new byte[HunkHeader.MaxLength];
            var length = HunkHeader.Write(header, whole.Payload.Length);
            var again = Read([[.. header[..length], .. whole.Payload]]);
            FuzzException.ThrowUnless(again.AtBoundary && again.Payload.AsSpan().SequenceEqual(whole.Payload), "the canonical message reads as something else");
        }
    }

    private static (OperationStatus Status, bool AtBoundary, byte[] Payload) Read(IEnumerable<byte[]> pieces)
    {
        var reader = new HunkReader();
        var payload = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
        {
            var rest = piece.AsSpan();
            while (!rest.IsEmpty)
            {
                var status = reader.Next(rest, out var start, out var length);
                if (status == OperationStatus.InvalidData)
                {
                    return (status, false, payload.WrittenSpan.ToArray());
                }

                FuzzException.ThrowUnless(start >= 0 && length >= 0 && start + length <= rest.Length && start + length > 0, "no progress");
                payload.Write(rest.Slice(start, length));
                rest = rest[(start + length)..];
            }
        }

        return (OperationStatus.NeedMoreData, reader.AtBoundary, payload.WrittenSpan.ToArray());
    }

    private static IEnumerable<byte[]> ToArrays(this ReadOnlySequence<byte> pieces)
    {
        foreach (var piece in pieces)
        {
            yield return piece.ToArray();
        }
    }
}
