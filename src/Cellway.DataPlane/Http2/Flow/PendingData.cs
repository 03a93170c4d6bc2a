namespace Cellway.DataPlane.Http2.Flow;

/// <summary>Payload waiting for window or room: a chain of pooled blocks, so that megabytes can queue without being moved.</summary>
/// <remarks>A mutable struct inside its stream, guarded by the connection's gate.</remarks>
internal struct PendingData
{
    private PendingBlock? _head;
    private PendingBlock? _tail;

    /// <summary>Bytes waiting.</summary>
    public int Length { get; private set; }

    /// <summary>The first contiguous bytes waiting.</summary>
    public readonly ReadOnlySpan<byte> First => _head is null ? default : _head.Bytes.AsSpan(_head.Start, _head.End - _head.Start);

    /// <summary>As <see cref="First"/>, for a send that takes its time; nothing may be dropped meanwhile.</summary>
    public readonly ReadOnlyMemory<byte> FirstMemory => _head is null ? default : _head.Bytes.AsMemory(_head.Start, _head.End - _head.Start);

    /// <summary>Appends a copy of <paramref name="data"/>.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        Length += data.Length;
        while (data.Length > 0)
        {
            if (_tail is null || _tail.End == _tail.Bytes.Length)
            {
                var block = PendingBlock.Rent(_tail is null ? data.Length : PendingBlock.FullSize);
                _head ??= block;
                if (_tail is not null)
                {
                    _tail.Next = block;
                }

                _tail = block;
            }

            var count = Math.Min(data.Length, _tail.Bytes.Length - _tail.End);
            data[..count].CopyTo(_tail.Bytes.AsSpan(_tail.End));
            _tail.End += count;
            data = data[count..];
        }
    }

    /// <summary>Drops the first <paramref name="count"/> bytes, at most as many as <see cref="First"/> has.</summary>
    public void Advance(int count)
    {
        Length -= count;
        var head = _head!;
        head.Start += count;
        if (head.Start < head.End)
        {
            return;
        }

        _head = head.Next;
        if (_head is null)
        {
            _tail = null;
        }

        PendingBlock.Return(head);
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        for (var block = _head; block is not null;)
        {
            var next = block.Next;
            PendingBlock.Return(block);
            block = next;
        }

        _head = _tail = null;
        Length = 0;
    }
}
