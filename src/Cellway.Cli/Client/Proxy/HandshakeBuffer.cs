using System.Buffers;
using System.Net.Sockets;

namespace Cellway.Cli.Client.Proxy;

/// <summary>What a client has sent and nobody has taken yet, in one pooled block.</summary>
internal sealed class HandshakeBuffer(Socket client) : IDisposable
{
    private const int Size = 64 * 1024; // more than any handshake that a codec accepts

    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(Size);
    private int _start;
    private int _end;

    /// <summary>What is there. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Bytes => _block.AsMemory(_start.._end);

    /// <summary>Takes what a codec consumed from <see cref="Bytes"/>.</summary>
    public void Take(in ReadOnlySequence<byte> sequence, SequencePosition consumed) => _start += (int)sequence.Slice(0, consumed).Length;

    /// <summary>Waits for more.</summary>
    /// <returns><see langword="false"/> when the client ended, or sent more than fits.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _block.AsSpan(_start.._end).CopyTo(_block);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _block.Length)
        {
            return false;
        }

        var read = await client.ReceiveAsync(_block.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }

    /// <summary>Gives the block back.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_block);
}
