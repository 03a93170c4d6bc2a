using System.Buffers;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>A VLESS connection inside one gRPC stream. One reader and one writer at a time.</summary>
internal sealed class GrpcTunnelStream(DuplexCall call) : TunnelStream
{
    private readonly byte[] _message = new byte[HunkHeader.MaxLength + HunkHeader.MaxData];
    private readonly byte[] _received = new byte[HunkHeader.MaxLength + HunkHeader.MaxData];
    private ReadOnlyMemory<byte> _unread;
    private HunkReader _hunks;
    private int _headerSeen; // of the VLESS response header: version, addons length, addons
    private int _headerLength = 2;
    private bool _answered;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_answered)
        {
            var status = await call.AnswerAsync(cancellationToken);
            _answered = status == 0 ? true : throw new TunnelRefusedException(status);
        }

        while (!_ended && !buffer.IsEmpty)
        {
            while (NextPiece(out var piece))
            {
                if (!piece.IsEmpty)
                {
                    var count = Math.Min(piece.Length, buffer.Length);
                    piece[..count].CopyTo(buffer);
                    return count;
                }
            }

            var received = await call.ReadAsync(_received, cancellationToken);
            _ended = received == 0;
            _unread = _received.AsMemory(0, received);
        }

        return 0;

        // Looks no further than the caller's buffer reaches, so that nothing has to be put back.
        bool NextPiece(out ReadOnlyMemory<byte> piece)
        {
            piece = default;
            if (_unread.IsEmpty)
            {
                return false;
            }

            var window = _unread[..Math.Min(_unread.Length, Math.Max(buffer.Length, 1))];
            if (_hunks.Next(window.Span, out var start, out var length) == OperationStatus.InvalidData)
            {
                throw new IOException("The server does not speak the tunnel's protocol.");
            }

            _unread = _unread[(start + length)..];
            piece = SkipHeader(window.Slice(start, length));
            return true;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, HunkHeader.MaxData);
            var header = HunkHeader.Write(_message, count);
            buffer[..count].CopyTo(_message.AsMemory(header));
            await call.Uplink.WriteAsync(_message.AsMemory(0, header + count), cancellationToken);
            buffer = buffer[count..];
        }

        await call.Uplink.FlushAsync(cancellationToken);
    }

    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        call.End();
        return ValueTask.CompletedTask;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // every write is flushed
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous reads.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous writes.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            call.Dispose();
        }

        base.Dispose(disposing);
    }

    private ReadOnlyMemory<byte> SkipHeader(ReadOnlyMemory<byte> piece)
    {
        while (_headerSeen < _headerLength && !piece.IsEmpty)
        {
            if (_headerSeen++ == 1)
            {
                _headerLength += piece.Span[0];
            }

            piece = piece[1..];
        }

        return piece;
    }
}
