namespace Cellway.Fuzz;

/// <summary>A connection whose peer says the input and hangs up. Everything completes at once.</summary>
/// <param name="input">What the peer says.</param>
/// <param name="inPieces">Whether it comes in pieces, cut the same way every time.</param>
internal sealed class FuzzStream(byte[] input, bool inPieces) : Stream
{
    private readonly MemoryStream _written = new();
    private uint _state = (uint)input.Length * 2654435761u;
    private int _position;

    /// <summary>What we said.</summary>
    public byte[] Written => _written.ToArray();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _state = (_state * 1664525u) + 1013904223u;
        var most = inPieces ? 1 + (int)((_state >> 24) % 7) : int.MaxValue;
        var count = Math.Min(Math.Min(buffer.Length, most), input.Length - _position);
        input.AsSpan(_position, count).CopyTo(buffer.Span);
        _position += count;
        return new(count);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _written.Write(buffer.Span);
        return default;
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
