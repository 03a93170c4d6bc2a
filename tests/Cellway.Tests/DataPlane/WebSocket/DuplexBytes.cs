namespace Cellway.Tests.DataPlane.WebSocket;

/// <summary>A connection of bytes known beforehand, read in steps.</summary>
internal sealed class DuplexBytes(byte[] input, int step) : MemoryStream(input)
{
    public MemoryStream Written { get; } = new();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Written.WriteAsync(buffer, cancellationToken);
}
