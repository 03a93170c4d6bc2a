using System.IO.Pipelines;

namespace Cellway.Tests.DataPlane.Http2;

/// <summary>Two ends of a connection in memory, with back-pressure, and reads cut at random when a seed is given.</summary>
internal sealed class MemoryDuplex : Stream
{
    private readonly Stream _read;
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private readonly Stream _write;
    private readonly Random? _cuts;

    private MemoryDuplex(Pipe read, Pipe write, int? seed)
    {
        _reader = read.Reader;
        _writer = write.Writer;
        _read = read.Reader.AsStream();
        _write = write.Writer.AsStream();
        _cuts = seed is { } value ? new(value) : null;
    }

    public static (MemoryDuplex A, MemoryDuplex B) Create(int? seed = null, int buffer = 256 * 1024)
    {
        Pipe Make() => new(new(pauseWriterThreshold: buffer, resumeWriterThreshold: buffer / 2, useSynchronizationContext: false));
        Pipe up = Make(), down = Make();
        return (new(down, up, seed), new(up, down, seed + 1));
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _read.ReadAsync(_cuts is null || buffer.Length == 0 ? buffer : buffer[..Math.Min(buffer.Length, 1 + Cut())], cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _write.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _write.FlushAsync(cancellationToken);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _reader.CancelPendingRead();
        _reader.Complete(new IOException("closed"));
        _writer.Complete();
        base.Dispose(disposing);
    }

    private int Cut() => _cuts!.Next(4) switch { 0 => _cuts.Next(10), 1 => _cuts.Next(1000), _ => _cuts.Next(100_000) };
}
