using System.Buffers;
using System.IO.Pipelines;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel;

namespace Cellway.DataPlane.WebSocket;

/// <summary>A tunnel over a WebSocket, shown as one over gRPC: bare VLESS bytes are put into messages and taken out of them.</summary>
/// <remarks>
/// <code>
///  client ══ frames ══▶ PumpUp ── one message per read ──▶ Input     the tunnel
///  client ◀═ frames ══ PumpDown ◀── messages, any cut ──── Output
/// </code>
/// </remarks>
internal sealed class WebSocketTunnelCall : ITunnelCall, IDisposable
{
    private const int Window = 256 * 1024;

    // For what is left to send to a client that reads slowly, or not at all.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(30);

    private readonly WebSocketConnection _socket;
    private readonly Pipe _up = new(new PipeOptions(pauseWriterThreshold: Window, resumeWriterThreshold: Window / 2, useSynchronizationContext: false));
    private readonly Pipe _down = new(new PipeOptions(pauseWriterThreshold: Window, resumeWriterThreshold: Window / 2, useSynchronizationContext: false));
    private readonly CancellationTokenSource _aborted;
    private bool _accepted;

    /// <param name="socket">The connection; owned from here on.</param>
    /// <param name="cancellationToken">Fires when the server stops.</param>
    public WebSocketTunnelCall(WebSocketConnection socket, CancellationToken cancellationToken)
    {
        _socket = socket;
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <inheritdoc/>
    public PipeReader Input => _up.Reader;

    /// <inheritdoc/>
    public PipeWriter Output => _down.Writer;

    /// <inheritdoc/>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>Runs a tunnel on the connection and returns when both are over.</summary>
    /// <param name="tunnel">Runs the call; false: it was no tunnel.</param>
    /// <param name="earlyData">Bytes of the stream that came with the request.</param>
    public async Task RunAsync(Func<ITunnelCall, Task<bool>> tunnel, ReadOnlyMemory<byte> earlyData)
    {
        var up = PumpUpAsync(earlyData);
        var down = PumpDownAsync();
        try
        {
            await tunnel(this);
        }
        finally
        {
            await _down.Writer.CompleteAsync();
            _aborted.CancelAfter(s_lastWords);
            await down;
            await _aborted.CancelAsync();
            await _up.Reader.CompleteAsync();
            await up;
        }
    }

    /// <inheritdoc/>
    public void Accept() => _accepted = true;

    /// <inheritdoc/>
    public Task SendHeadAsync(CancellationToken cancellationToken) => Task.CompletedTask; // the 101 went out long ago

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        await _down.Writer.FlushAsync(Aborted);
        await _down.Writer.CompleteAsync();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _accepted = false; // no close frame: a truncated download must not look whole
        _aborted.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _aborted.Dispose();
    }

    private async Task PumpUpAsync(ReadOnlyMemory<byte> earlyData)
    {
        try
        {
            for (var rest = earlyData; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, HunkHeader.MaxData)..])
            {
                var piece = rest[..Math.Min(rest.Length, HunkHeader.MaxData)];
                var room = _up.Writer.GetMemory(HunkHeader.MaxLength + piece.Length);
                piece.CopyTo(room[HunkHeader.LengthFor(piece.Length)..]);
                _up.Writer.Advance(HunkHeader.Prepend(room.Span, HunkHeader.LengthFor(piece.Length), piece.Length));
            }

            await _up.Writer.FlushAsync(Aborted);
            while (true)
            {
                var room = _up.Writer.GetMemory(HunkHeader.MaxLength + HunkHeader.MaxData);
                var guess = HunkHeader.MaxLength - 1; // most frames are of 128 bytes to 16 KB
                var count = await _socket.ReadAsync(room.Slice(guess, HunkHeader.MaxData), Aborted);
                if (count == 0)
                {
                    break;
                }

                _up.Writer.Advance(HunkHeader.Prepend(room.Span, guess, count));
                if ((await _up.Writer.FlushAsync(Aborted)).IsCompleted)
                {
                    break;
                }
            }

            await _up.Writer.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            await _up.Writer.CompleteAsync(new IOException("The client is gone.", e));
            await _aborted.CancelAsync();
        }
    }

    private async Task PumpDownAsync()
    {
        var hunks = new HunkReader();
        try
        {
            while (true)
            {
                var read = await _down.Reader.ReadAsync(Aborted);
                foreach (var segment in read.Buffer)
                {
                    var rest = segment;
                    while (hunks.Next(rest.Span, out var start, out var length) == OperationStatus.Done)
                    {
                        await _socket.WriteAsync(rest.Slice(start, length), Aborted);
                        rest = rest[(start + length)..];
                    }
                }

                _down.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }

            if (_accepted)
            {
                await _socket.CloseAsync(Aborted);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone: the tunnel sees it at its side of the pipe.
        }
        finally
        {
            await _down.Reader.CompleteAsync();
        }
    }
}
