using System.Buffers;
using System.IO.Pipelines;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Takes messages apart: first the VLESS header, then the payload.</summary>
internal sealed class CoreUplink(PipeReader input) : IPayloadSource
{
    private readonly byte[] _early = new byte[VlessRequest.MaxLength]; // the header, and payload that came in one piece with it
    private HunkReader _hunks;
    private int _count;
    private int _headerLength;
    private bool _ended;
    private ReadOnlySequence<byte> _held; // what the pipe has lent
    private bool _isHolding;
    private SequencePosition _position; // of the segment after the unread one
    private ReadOnlyMemory<byte> _unread;

    /// <summary>Reads the header.</summary>
    /// <returns><see langword="null"/> when there is none and never will be.</returns>
    public async ValueTask<VlessRequest?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var status = TakeHeader(read.Buffer, out var request, out var taken);
            input.AdvanceTo(read.Buffer.GetPosition(taken));
            if (status == OperationStatus.Done)
            {
                return request;
            }

            if (status == OperationStatus.InvalidData || read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_count > _headerLength)
        {
            var early = _early.AsMemory(_headerLength, _count - _headerLength);
            _count = _headerLength;
            return early;
        }

        while (true)
        {
            while (_unread.IsEmpty && _position.GetObject() is not null && _held.TryGet(ref _position, out _unread))
            {
                // an empty segment
            }

            if (_unread.IsEmpty)
            {
                Release();
                if (_ended)
                {
                    return _hunks.AtBoundary ? default : throw new IOException("The client ended inside a message.");
                }

                var read = await input.ReadAsync(cancellationToken);
                (_held, _isHolding, _ended) = (read.Buffer, true, read.IsCompleted);
                _position = _held.Start;
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            var status = _hunks.Next(_unread.Span, out var start, out var length);
            if (status == OperationStatus.InvalidData)
            {
                throw new IOException("Not a stream of messages.");
            }

            var piece = _unread.Slice(start, length);
            _unread = _unread[(start + length)..];
            if (length > 0)
            {
                return piece;
            }
        }
    }

    /// <summary>Gives what was read back to the pipe. To be called when nobody reads on.</summary>
    public void Release()
    {
        if (_isHolding)
        {
            (_isHolding, _unread, _position) = (false, default, default);
            input.AdvanceTo(_held.End);
            _held = default;
        }
    }

    private OperationStatus TakeHeader(in ReadOnlySequence<byte> buffer, out VlessRequest request, out int taken)
    {
        request = default;
        taken = 0;
        foreach (var segment in buffer)
        {
            var span = segment.Span;
            while (!span.IsEmpty)
            {
                // No piece may be longer than the room that is left: what follows stays in the pipe.
                var room = span[..Math.Min(span.Length, _early.Length - _count)];
                var status = _hunks.Next(room, out var start, out var length);
                taken += start + length;
                if (status == OperationStatus.InvalidData)
                {
                    return status;
                }

                room.Slice(start, length).CopyTo(_early.AsSpan(_count));
                _count += length;
                span = span[(start + length)..];
                if (length == 0)
                {
                    continue;
                }

                var early = new ReadOnlySequence<byte>(_early, 0, _count);
                status = VlessRequest.Read(early, out request, out var consumed, out _);
                if (status != OperationStatus.NeedMoreData)
                {
                    _headerLength = (int)early.Slice(0, consumed).Length;
                    return status;
                }
            }
        }

        return OperationStatus.NeedMoreData;
    }
}
