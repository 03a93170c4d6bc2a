namespace Cellway.Benchmarks;

/// <summary>One connection through v2ray.</summary>
internal sealed class V2RayStream(DuplexContent content, Stream up, HttpResponseMessage response, Stream down) : Stream
{
    private bool _begun;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_begun)
        {
            await down.ReadExactlyAsync(new byte[2], cancellationToken); // the response's header: version, no addons
            _begun = true;
        }

        return await down.ReadAsync(buffer, cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await up.WriteAsync(buffer, cancellationToken);
        await up.FlushAsync(cancellationToken);
    }

    public override void Flush()
    {
        // every write does
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        content.End();
        response.Dispose();
        base.Dispose(disposing);
    }
}
