using System.Net.Sockets;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.IntegrationTests.Cli.Client;

/// <summary>A tunnel that is a TCP connection.</summary>
internal sealed class TcpTunnelStream(Socket socket, Exception? readFault) : TunnelStream
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        socket.Shutdown(SocketShutdown.Send);
        return default;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        readFault is null ? _stream.ReadAsync(buffer, cancellationToken) : throw readFault;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        readFault is null ? _stream.WriteAsync(buffer, cancellationToken) : default; // a cover site reads and forgets

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _stream.Dispose();
        base.Dispose(disposing);
    }
}
