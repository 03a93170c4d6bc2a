using System.Buffers;

namespace Cellway.DataPlane.WebSocket;

/// <summary>Finds the payload in a client's frames, however they are cut. Message borders mean nothing (wire.md 4.4).</summary>
/// <remarks>Holds a few counters and no bytes: payload is unmasked in, and told as a slice of, the caller's own buffer.</remarks>
internal struct WebSocketReader
{
    private WebSocketFrame _frame;
    private long _read; // of the frame's payload
    private bool _inMessage;

    /// <summary>Goes on to the next piece of data, or to a whole control frame.</summary>
    /// <param name="input">What is left of the last input, and the bytes that follow it.</param>
    /// <param name="kind">What was found: <see cref="WebSocketOpcode.Binary"/> for any data, or the control frame's opcode.</param>
    /// <param name="start">Where the piece begins in <paramref name="input"/>; without one, how much of the input is used up.</param>
    /// <param name="length">The piece's length; 0 without one and for an empty control frame.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>: a piece; go on with what follows it.
    /// <see cref="OperationStatus.NeedMoreData"/>: come again with what is left from <paramref name="start"/> on, and more.
    /// <see cref="OperationStatus.InvalidData"/>: the client broke the rules, for good.
    /// </returns>
    public OperationStatus Next(Span<byte> input, out WebSocketOpcode kind, out int start, out int length)
    {
        kind = WebSocketOpcode.Binary;
        start = length = 0;
        while (true)
        {
            if (_read < _frame.Length)
            {
                length = (int)Math.Min(_frame.Length - _read, input.Length - start);
                if (length == 0)
                {
                    return OperationStatus.NeedMoreData;
                }

                _frame.Unmask(input.Slice(start, length), _read);
                _read += length;
                return OperationStatus.Done;
            }

            var status = WebSocketFrame.Read(input[start..], _inMessage, out var frame, out var head);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            if (frame.Opcode >= WebSocketOpcode.Close)
            {
                return TakeControl(frame, input, head, ref kind, ref start, ref length);
            }

            start += head;
            (_frame, _read) = (frame, 0);
            _inMessage = !frame.IsFinal;
        }
    }

    private static OperationStatus TakeControl(
        WebSocketFrame frame, Span<byte> input, int head, ref WebSocketOpcode kind, ref int start, ref int length)
    {
        if (input.Length - start - head < frame.Length)
        {
            return OperationStatus.NeedMoreData; // its head is read again
        }

        kind = frame.Opcode;
        start += head;
        length = (int)frame.Length;
        frame.Unmask(input.Slice(start, length), 0);
        return OperationStatus.Done;
    }
}
