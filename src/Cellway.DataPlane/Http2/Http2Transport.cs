using System.Net.Security;
using System.Net.Sockets;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Http2;

/// <summary>The byte stream under a connection, with what is known of the socket below it.</summary>
internal sealed class Http2Transport : IDisposable
{
    private readonly Stream _stream;
    private readonly BulkStream? _bulk;
    private readonly bool _tls;

    /// <param name="stream">The stream to speak over: TLS, or a plain one.</param>
    /// <param name="bulk">Its inner stream (or the stream itself, without TLS), when there is one.</param>
    public Http2Transport(Stream stream, BulkStream? bulk = null)
    {
        _stream = stream;
        _bulk = bulk;
        _tls = stream is SslStream;
        if (bulk is not null)
        {
            bulk.GatherWrites = true;
        }
    }

    /// <summary>Waits until a read has something to give, holding no buffer; completes at once when it already has.</summary>
    public ValueTask<int> WaitForDataAsync() =>
        _bulk is not null && _bulk.TryFillAgain() && (!_tls || _bulk.HasTlsRecord) ? new(0) : _stream.ReadAsync(Memory<byte>.Empty);

    /// <summary>Reads what is there.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer) => _stream.ReadAsync(buffer);

    /// <summary>Whether one more read probably completes at once with more bytes (not if the record is TLS's own business).</summary>
    public bool HasMore => _bulk is not null && _bulk.HasTlsRecord;

    /// <summary>Writes; the bytes may stay gathered until <see cref="FlushAsync"/>.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes);

    /// <summary>Completes when everything written was taken by the socket.</summary>
    public ValueTask FlushAsync() => _bulk is not null ? _bulk.FlushGatheredAsync() : new(_stream.FlushAsync());

    /// <summary>Ends our direction: TLS close_notify, then FIN.</summary>
    public async Task ShutdownAsync()
    {
        if (_stream is SslStream tls)
        {
            await tls.ShutdownAsync();
        }

        await FlushAsync();
        if (_bulk is not null)
        {
            _bulk.Socket.Shutdown(SocketShutdown.Send);
        }
        else if (!_tls)
        {
            // No half close on a stream we know nothing of.
            _stream.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
