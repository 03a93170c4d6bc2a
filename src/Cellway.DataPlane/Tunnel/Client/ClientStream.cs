using System.Buffers;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>What is pushed at a client's stream, kept until somebody reads it: at most one window of it.</summary>
internal sealed class ClientStream : StreamHandler
{
    private readonly Lock _gate = new();
    private readonly AutoResetSignal _readable = new(elsewhere: true);
    private readonly AutoResetSignal _writable = new(elsewhere: true);
    private PendingData _received; // payload
    private HunkReader _hunks;
    private int _headerSeen; // of the VLESS response header: version, addons length, addons
    private int _headerLength = 2;
    private bool _answered;
    private bool _clean; // the trailers say that all is there
    private bool _ended;
    private IOException? _fault;

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        if (_answered)
        {
            _clean = headers["grpc-status"u8].SequenceEqual("0"u8);
            return;
        }

        _answered = true;
        _clean = endStream && headers["grpc-status"u8].SequenceEqual("0"u8);
        if (!headers[":status"u8].SequenceEqual("200"u8) || !headers["content-type"u8].StartsWith("application/grpc"u8))
        {
            _ = System.Buffers.Text.Utf8Parser.TryParse(headers[":status"u8], out int status, out _);
            Stream.Reset(Http2ErrorCode.Cancel);
            Fail(new TunnelRefusedException(status));
        }
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        var overhead = data.Length;
        lock (_gate)
        {
            if (_fault is not null)
            {
                return;
            }

            while (!data.IsEmpty)
            {
                var status = _hunks.Next(data, out var start, out var length);
                if (status == OperationStatus.InvalidData)
                {
                    _fault = new("The server does not speak the tunnel's protocol.");
                    break;
                }

                var piece = SkipHeader(data.Slice(start, length));
                overhead -= piece.Length;
                _received.Add(piece);
                data = data[(start + length)..];
            }
        }

        if (_fault is not null)
        {
            Stream.Reset(Http2ErrorCode.Cancel);
        }

        Stream.Credit(overhead);
    }

    public override void OnBatchEnd() => _readable.Set();

    public override void OnEnd()
    {
        lock (_gate)
        {
            _ended = true;
            if (!_clean || !_hunks.AtBoundary)
            {
                _fault ??= new("The tunnel was cut.");
            }
        }

        Wake();
    }

    public override void OnReset(Http2ErrorCode code)
    {
        if (!_ended)
        {
            Fail(new("The tunnel was cut."));
        }

        Wake();
    }

    public override void OnWritable() => _writable.Set();

    /// <summary>Reads what is there, or waits.</summary>
    /// <returns>0 at the end.</returns>
    /// <exception cref="IOException">The tunnel was refused or cut.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(buffer.Span, out var count))
            {
                Stream.Credit(count);
                return count;
            }

            await WaitAsync(_readable, cancellationToken);
        }
    }

    /// <summary>Sends payload as messages, waiting for window where there is none.</summary>
    /// <exception cref="IOException">The tunnel was refused or cut.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            data = data[Send(data.Span)..];
            if (data.IsEmpty)
            {
                return;
            }

            await WaitAsync(_writable, cancellationToken);
        }
    }

    /// <summary>Ends the stream; whoever waits learns of it.</summary>
    public void Close()
    {
        Stream.Reset(Http2ErrorCode.Cancel);
        Fail(new("The tunnel is closed."));
        lock (_gate)
        {
            _received.Clear();
        }
    }

    private bool TryRead(Span<byte> buffer, out int count)
    {
        count = 0;
        lock (_gate)
        {
            while (count < buffer.Length && _received.Length > 0)
            {
                var piece = _received.First;
                piece = piece[..Math.Min(piece.Length, buffer.Length - count)];
                piece.CopyTo(buffer[count..]);
                count += piece.Length;
                _received.Advance(piece.Length);
            }

            return count > 0 || buffer.IsEmpty || (_fault is null ? _ended : throw _fault);
        }
    }

    private int Send(ReadOnlySpan<byte> data)
    {
        using var turn = Turn.Begin();
        Span<byte> header = stackalloc byte[HunkHeader.MaxLength];
        var sent = 0;
        while (sent < data.Length)
        {
            var quota = Stream.SendQuota();
            if (quota == 0)
            {
                break;
            }

            var count = Math.Min(data.Length - sent, HunkHeader.MaxData);
            if (quota < 0 || !Stream.SendData(header[..HunkHeader.Write(header, count)], data.Slice(sent, count)))
            {
                throw _fault ?? new("The tunnel is closed for writing.");
            }

            sent += count;
        }

        return sent;
    }

    private static async ValueTask WaitAsync(AutoResetSignal signal, CancellationToken cancellationToken)
    {
        using var cancel = cancellationToken.UnsafeRegister(static s => ((AutoResetSignal)s!).Set(), signal);
        await signal.WaitAsync();
    }

    private ReadOnlySpan<byte> SkipHeader(ReadOnlySpan<byte> piece)
    {
        while (_headerSeen < _headerLength && !piece.IsEmpty)
        {
            if (_headerSeen++ == 1)
            {
                _headerLength += piece[0];
            }

            piece = piece[1..];
        }

        return piece;
    }

    private void Fail(IOException fault)
    {
        lock (_gate)
        {
            _fault ??= fault;
        }

        Wake();
    }

    private void Wake()
    {
        _readable.Set();
        _writable.Set();
    }
}
