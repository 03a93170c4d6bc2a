using System.IO.Pipelines;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Wraps payload into messages, the first of them with the VLESS response header in front (wire.md 1.7).</summary>
#pragma warning disable CA1001 // a semaphore whose wait handle nobody asks for holds nothing; a late turn may still end after the stream
internal sealed class HunkSink(PipeWriter output) : IPayloadSink
#pragma warning restore CA1001
{
    private const int ResponseHeader = 2; // version 0, no addons
    private const int MaxRoom = 16 * 1024;

    private readonly SemaphoreSlim _turn = new(1);
    private Memory<byte> _block;
    private int _head = ResponseHeader;
    private int _offset;
    private bool _written;
    private volatile bool _closed;

    /// <summary>What a client gets when there will be no bytes: a response header, so that the end is a clean one.</summary>
    public static void WriteHeaderAlone(PipeWriter output)
    {
        var block = output.GetMemory(HunkHeader.MaxLength + ResponseHeader).Span;
        var offset = HunkHeader.LengthFor(ResponseHeader);
        block.Slice(offset, ResponseHeader).Clear();
        output.Advance(HunkHeader.Prepend(block, offset, ResponseHeader));
    }

    public async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        if (_closed)
        {
            _turn.Release();
            return false;
        }

        return true;
    }

    public Memory<byte> GetMemory(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxRoom);
        _offset = HunkHeader.LengthFor(size + _head);
        _block = output.GetMemory(HunkHeader.MaxLength + ResponseHeader + size);
        return _block.Slice(_offset + _head, size);
    }

    public void Advance(int count)
    {
        if (count == 0)
        {
            return;
        }

        var block = _block.Span;
        block.Slice(_offset, _head).Clear();
        output.Advance(HunkHeader.Prepend(block, _offset, _head + count));
        _head = 0;
        _written = true;
    }

    public ValueTask<bool> LeaveAsync(CancellationToken cancellationToken)
    {
        if (!_written)
        {
            _turn.Release();
            return new(!_closed);
        }

        _written = false;
        var flush = FlushAsync();
        return flush.IsCompleted ? flush : new(flush.AsTask().WaitAsync(cancellationToken));
    }

    /// <summary>Takes no more, and waits until the last turn is over.</summary>
    /// <param name="cancellationToken">Stops waiting; still no turn begins.</param>
    public Task CloseAsync(CancellationToken cancellationToken)
    {
        _closed = true;
        return _turn.WaitAsync(cancellationToken);
    }

    /// <summary>A response header, if none went out, so that the end is a clean one; after <see cref="CloseAsync"/>.</summary>
    public void WriteHeaderIfNone()
    {
        if (_head > 0)
        {
            WriteHeaderAlone(output);
            _head = 0;
        }
    }

    // Without a token: Kestrel resets the stream when a flush is cancelled, and it may carry other sessions.
    private async ValueTask<bool> FlushAsync()
    {
        try
        {
            var flush = await output.FlushAsync(CancellationToken.None);
            _closed |= flush.IsCompleted || flush.IsCanceled;
        }
        catch (IOException)
        {
            _closed = true;
        }
        finally
        {
            _turn.Release();
        }

        return !_closed;
    }
}
