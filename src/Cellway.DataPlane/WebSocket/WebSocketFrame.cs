using System.Buffers;
using System.Buffers.Binary;

namespace Cellway.DataPlane.WebSocket;

/// <summary>The head of a frame.</summary>
/// <param name="Opcode">What the frame is.</param>
/// <param name="IsFinal">Whether it ends its message.</param>
/// <param name="Length">Bytes of payload.</param>
/// <param name="Mask">What a client's payload is masked with, in the order of the bytes.</param>
internal readonly record struct WebSocketFrame(WebSocketOpcode Opcode, bool IsFinal, long Length, uint Mask)
{
    /// <summary>The longest head that we write.</summary>
    public const int MaxHead = 10;

    private const int MaxControl = 125;

    /// <summary>Reads the head of a client's frame.</summary>
    /// <param name="input">The bytes so far, from the frame's first.</param>
    /// <param name="inMessage">Whether a message was begun and not ended.</param>
    /// <param name="frame">The head.</param>
    /// <param name="consumed">The head's bytes.</param>
    public static OperationStatus Read(ReadOnlySpan<byte> input, bool inMessage, out WebSocketFrame frame, out int consumed)
    {
        frame = default;
        consumed = 0;
        if (input.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        var opcode = (WebSocketOpcode)(input[0] & 0x0f);
        var isFinal = (input[0] & 0x80) != 0;
        var isControl = opcode >= WebSocketOpcode.Close;
        if ((input[0] & 0x70) != 0
            || !Enum.IsDefined(opcode)
            || (isControl && !isFinal)
            || (!isControl && inMessage != (opcode == WebSocketOpcode.Continuation)))
        {
            return OperationStatus.InvalidData;
        }

        if (input.Length < 2)
        {
            return OperationStatus.NeedMoreData;
        }

        var length = (ulong)(input[1] & 0x7f);
        if ((input[1] & 0x80) == 0 || (isControl && length > MaxControl))
        {
            return OperationStatus.InvalidData; // a client masks, RFC 6455, 5.1
        }

        var at = length switch { 126 => 4, 127 => 10, _ => 2 };
        if (input.Length < at)
        {
            return OperationStatus.NeedMoreData;
        }

        length = at switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(input[2..]),
            10 => BinaryPrimitives.ReadUInt64BigEndian(input[2..]),
            _ => length,
        };
        if (length > long.MaxValue)
        {
            return OperationStatus.InvalidData;
        }

        if (input.Length < at + 4)
        {
            return OperationStatus.NeedMoreData;
        }

        consumed = at + 4;
        frame = new(opcode, isFinal, (long)length, BinaryPrimitives.ReadUInt32LittleEndian(input[at..]));
        return OperationStatus.Done;
    }

    /// <summary>Writes the head of a whole, unmasked message.</summary>
    /// <returns>The head's length.</returns>
    public static int WriteHead(Span<byte> destination, WebSocketOpcode opcode, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        destination[0] = (byte)(0x80 | (int)opcode);
        switch (length)
        {
            case < 126:
                destination[1] = (byte)length;
                return 2;
            case <= ushort.MaxValue:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)length);
                return 4;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)length);
                return 10;
        }
    }

    /// <summary>Unmasks payload in place.</summary>
    /// <param name="payload">A piece of the frame's payload.</param>
    /// <param name="offset">Where in the payload the piece begins.</param>
    public void Unmask(Span<byte> payload, long offset)
    {
        Span<byte> mask = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mask, Mask);
        Span<byte> turned = stackalloc byte[8];
        for (var i = 0; i < turned.Length; i++)
        {
            turned[i] = mask[(int)((offset + i) & 3)];
        }

        var wide = BinaryPrimitives.ReadUInt64LittleEndian(turned);
        while (payload.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(payload, BinaryPrimitives.ReadUInt64LittleEndian(payload) ^ wide);
            payload = payload[sizeof(ulong)..];
        }

        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] ^= turned[i];
        }
    }
}
