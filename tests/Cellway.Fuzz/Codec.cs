using System.Buffers;

namespace Cellway.Fuzz;

/// <summary>What every codec of the house promises: <c>Read(input, out value, out consumed, out fault)</c>.</summary>
internal static class Codec
{
    /// <summary>A codec's Read.</summary>
    public delegate OperationStatus Reader<T, TFault>(in ReadOnlySequence<byte> input, out T value, out SequencePosition consumed, out TFault fault);

    /// <summary>Reads whole and in pieces; checks that both agree, and that prefixes never say otherwise.</summary>
    /// <param name="bytes">The input.</param>
    /// <param name="read">The codec.</param>
    /// <param name="same">Whether two values are.</param>
    /// <param name="value">The value, when it is done.</param>
    /// <returns>How many bytes were consumed; -1 when nothing was read.</returns>
    public static int Check<T, TFault>(byte[] bytes, Reader<T, TFault> read, Func<T, T, bool> same, out T value)
        where TFault : struct, Enum
    {
        var (status, length, fault) = Read(new(bytes), read, out value);
        FuzzException.ThrowUnless(status == OperationStatus.Done || length == 0, "consumed although not done");
        FuzzException.ThrowUnless(length <= bytes.Length, "consumed more than there is");
        FuzzException.ThrowUnless(status == OperationStatus.InvalidData == !fault.Equals(default(TFault)), "a fault goes with invalid data");
        var pieces = Read(Pieces.Of(bytes), read, out var second);
        FuzzException.ThrowUnless(pieces.Equals((status, length, fault)), "another result in pieces");
        FuzzException.ThrowUnless(status != OperationStatus.Done || same(value, second), "another value in pieces");

        var limit = Math.Min(status == OperationStatus.Done ? length : bytes.Length, 600);
        for (var cut = 0; cut < limit; cut++)
        {
            var (early, taken, _) = Read(new(bytes, 0, cut), read, out _);
            FuzzException.ThrowUnless(early != OperationStatus.Done && taken == 0, "done before the end");
            FuzzException.ThrowUnless(early == OperationStatus.NeedMoreData || status == OperationStatus.InvalidData, "invalid, then valid");
        }

        return status == OperationStatus.Done ? length : -1;
    }

    private static (OperationStatus Status, int Length, TFault Fault) Read<T, TFault>(
        in ReadOnlySequence<byte> input, Reader<T, TFault> read, out T value)
    {
        var status = read(input, out value, out var consumed, out var fault);
        return (status, (int)input.Slice(0, consumed).Length, fault);
    }
}
