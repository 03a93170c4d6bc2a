using System.Buffers;

namespace Cellway.Fuzz;

/// <summary>Cuts an input into pieces, the same way every time.</summary>
internal static class Pieces
{
    /// <summary>A sequence of segments whose lengths depend on the input only.</summary>
    public static ReadOnlySequence<byte> Of(ReadOnlySpan<byte> bytes)
    {
        Segment? first = null, last = null;
        var state = (uint)bytes.Length * 2654435761u;
        do
        {
            state = (state * 1664525u) + 1013904223u;
            var count = Math.Min(bytes.Length, (int)(state >> 24) % 7);
            count = count == 0 && (state & 0x100) != 0 ? Math.Min(bytes.Length, 1) : count;
            last = new(bytes[..count].ToArray(), last);
            first ??= last;
            bytes = bytes[count..];
        }
        while (!bytes.IsEmpty);

        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? previous)
        {
            Memory = bytes;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
