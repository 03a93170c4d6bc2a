using System.Buffers;

namespace Cellway.DataPlane.Relay;

/// <summary>Lets a parser see a payload as one run of bytes. Holds no memory while all of it has been taken.</summary>
/// <remarks>Bytes are copied only when a parser wants more than the piece at hand holds.</remarks>
internal sealed class PayloadBuffer(IPayloadSource source) : IDisposable
{
    private byte[]? _rented;
    private int _start; // where the bytes begin in the rented array
    private bool _isRented; // whether they lie there, or in a piece of the source

    /// <summary>What has come and was not taken.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Takes that many of the bytes.</summary>
    public void Advance(int count)
    {
        Bytes = Bytes[count..];
        _start += count;
    }

    /// <summary>Adds at least one byte to <see cref="Bytes"/>; earlier values of it are void.</summary>
    /// <returns><see langword="false"/> when the client ended well and there are no more.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (Bytes.IsEmpty)
        {
            Release();
            Bytes = await source.ReadAsync(cancellationToken);
            return !Bytes.IsEmpty;
        }

        if (!_isRented)
        {
            Move(Bytes.Length); // the source takes the piece back with the next read
        }

        var piece = await source.ReadAsync(cancellationToken);
        if (_start + Bytes.Length + piece.Length > _rented!.Length)
        {
            Move(Bytes.Length + piece.Length);
        }

        piece.CopyTo(_rented.AsMemory(_start + Bytes.Length));
        Bytes = _rented.AsMemory(_start, Bytes.Length + piece.Length);
        return !piece.IsEmpty;
    }

    /// <summary>Waits until there are that many bytes.</summary>
    /// <returns><see langword="false"/> when the client ended before.</returns>
    public async ValueTask<bool> EnsureAsync(int count, CancellationToken cancellationToken)
    {
        while (Bytes.Length < count)
        {
            if (!await FillAsync(cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose()
    {
        Bytes = default;
        Release();
    }

    private void Move(int capacity)
    {
        var old = _rented;
        if (old is null || old.Length < capacity)
        {
            _rented = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 4096));
        }

        Bytes.CopyTo(_rented);
        Bytes = _rented.AsMemory(0, Bytes.Length);
        _start = 0;
        _isRented = true;
        if (old is not null && old != _rented)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }

    private void Release()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }

        _isRented = false;
    }
}
