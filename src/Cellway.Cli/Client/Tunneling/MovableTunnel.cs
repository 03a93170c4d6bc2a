using System.Buffers;
using System.Net;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>A connection to a destination that moves to another way in when the first turns out to refuse the device.</summary>
/// <remarks>
/// An Entry's refusal comes only with the first read, when bytes may have been written already. They went to its cover site and not to the
/// destination, so writing them again elsewhere is safe. Any other failure ends the connection: the destination may have seen the bytes.
/// One reader and one writer at a time.
/// </remarks>
internal sealed class MovableTunnel(Tunnels owner, EndPoint destination, OpenedTunnel first) : IAsyncDisposable
{
    /// <summary>What a client may say before it is answered and still be moved: a TLS hello or an HTTP request, with room.</summary>
    internal const int MaxKept = 64 * 1024;

    /// <summary>More ways than a subscription has; bounds a connection that is refused everywhere.</summary>
    private const int MaxMoves = 8;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private ArrayBufferWriter<byte>? _kept = new();
    private OpenedTunnel _current = first;
    private bool _isEnded; // the writer is done
    private int _moves;
    private volatile bool _isSettled; // answered, or too much was written
    private volatile bool _isAnswered;

    /// <summary>Reads; 0 at the end.</summary>
    /// <exception cref="IOException">The connection broke, or is refused on every way.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var read = await _current.Stream.ReadAsync(buffer, cancellationToken);
                if (!_isAnswered)
                {
                    _isAnswered = _isSettled = true;
                    owner.Works(_current.Way);
                }

                return read;
            }
            catch (TunnelRefusedException e) when (!_isAnswered)
            {
                owner.Failed(_current.Way, e);
                if (!await TryMoveAsync(cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Writes.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            Keep(bytes.Span);
            await _current.Stream.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception e) when (!_isSettled && e is IOException or ObjectDisposedException)
        {
            // The reader learns why, and moves the bytes kept if that is right.
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends the sending direction.</summary>
    public async ValueTask CompleteWritesAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _isEnded = true;
            await _current.Stream.CompleteWritesAsync(cancellationToken);
        }
        catch (Exception e) when (!_isSettled && e is IOException or ObjectDisposedException)
        {
            // as in WriteAsync
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _current.Stream.DisposeAsync();
        _current.Way.Release();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_isSettled || _kept is null || _kept.WrittenCount + bytes.Length > MaxKept)
        {
            _isSettled = true;
            _kept = null;
        }
        else
        {
            _kept.Write(bytes);
        }
    }

    private async ValueTask<bool> TryMoveAsync(CancellationToken cancellationToken)
    {
        await _current.Stream.DisposeAsync(); // first, so that a write that waits there lets go
        await _writing.WaitAsync(cancellationToken);
        try
        {
            while (!_isSettled && _moves++ < MaxMoves && await owner.OpenAnyAsync(destination, cancellationToken) is { } next)
            {
                await _current.Stream.DisposeAsync();
                _current.Way.Release();
                _current = next;
                if (await TryRepeatAsync(next, cancellationToken))
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask<bool> TryRepeatAsync(OpenedTunnel next, CancellationToken cancellationToken)
    {
        try
        {
            await next.Stream.WriteAsync(_kept!.WrittenMemory, cancellationToken);
            if (_isEnded)
            {
                await next.Stream.CompleteWritesAsync(cancellationToken);
            }

            return true;
        }
        catch (TunnelRefusedException)
        {
            return true; // the next read says so again, and moves on
        }
        catch (IOException e)
        {
            owner.Failed(next.Way, e);
            return false;
        }
    }
}
