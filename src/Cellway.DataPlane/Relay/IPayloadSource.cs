namespace Cellway.DataPlane.Relay;

/// <summary>What a client sends after its VLESS header, whatever carries it.</summary>
internal interface IPayloadSource
{
    /// <summary>The next bytes, valid until the next call; none when the client ended well.</summary>
    /// <exception cref="IOException">It broke off, or what carries the payload is malformed.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);
}
