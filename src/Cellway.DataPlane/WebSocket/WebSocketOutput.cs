using Cellway.DataPlane.Http2.Flow;

namespace Cellway.DataPlane.WebSocket;

/// <summary>What waits to be sent to a client, as frames that grow until their turn comes. Not thread-safe.</summary>
/// <remarks>
/// Each block of the chain is one binary frame whose head is written into the room in front of it when it is taken, so that
/// payload is copied once. Blocks are pooled whole, also for a few bytes: they are held while the client is slower than the Core only.
/// </remarks>
internal sealed class WebSocketOutput(BufferBudget budget)
{
    // A block's frame needs the two-byte length at most.
    private const int HeadRoom = 4;

    private PendingBlock? _first;
    private PendingBlock? _last;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>Appends a copy of payload.</summary>
    /// <param name="payload">The bytes, at least one.</param>
    /// <param name="owed">What the sender gets back when they have left.</param>
    /// <returns><see langword="false"/> when the process holds too much already; some of it may have been taken.</returns>
    public bool TryAdd(ReadOnlySpan<byte> payload, int owed)
    {
        while (!payload.IsEmpty)
        {
            if (_last is null || _last.End == _last.Bytes.Length)
            {
                if (!budget.TryTake(PendingBlock.FullSize))
                {
                    return false;
                }

                Append(PendingBlock.Rent(PendingBlock.FullSize));
            }

            var count = Math.Min(payload.Length, _last!.Bytes.Length - _last.End);
            payload[..count].CopyTo(_last.Bytes.AsSpan(_last.End));
            _last.End += count;
            payload = payload[count..];
        }

        _last!.Owed += owed;
        return true;
    }

    /// <summary>Takes the first frame; it goes back with <see cref="Return"/>.</summary>
    /// <returns>The frame's bytes are those from <see cref="PendingBlock.Start"/> to its end.</returns>
    public PendingBlock Take()
    {
        var block = _first!;
        _first = block.Next;
        _last = _first is null ? null : _last;
        block.Next = null;
        var length = block.End - HeadRoom;
        Span<byte> head = stackalloc byte[WebSocketFrame.MaxHead];
        head = head[..WebSocketFrame.WriteHead(head, WebSocketOpcode.Binary, length)];
        block.Start = HeadRoom - head.Length;
        head.CopyTo(block.Bytes.AsSpan(block.Start));
        return block;
    }

    /// <summary>Gives a frame's memory back.</summary>
    public void Return(PendingBlock block)
    {
        block.Owed = 0;
        PendingBlock.Return(block);
        budget.Return(PendingBlock.FullSize);
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_first is not null)
        {
            Return(Take());
        }
    }

    private void Append(PendingBlock block)
    {
        block.Start = block.End = HeadRoom;
        if (_last is null)
        {
            _first = block;
        }
        else
        {
            _last.Next = block;
        }

        _last = block;
    }
}
