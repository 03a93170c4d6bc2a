using System.Buffers;
using Cellway.Manager.Subscriptions.Access;
using Google.Protobuf;

namespace Cellway.Manager.Subscriptions.Rendering;

/// <summary>A body in a borrowed buffer, until disposed: after the answer has been written.</summary>
internal sealed class RentedBody : IDisposable
{
    private byte[]? _buffer;

    private RentedBody(byte[] buffer, int length) => (_buffer, Length) = (buffer, length);

    public int Length { get; }

    public ByteString Bytes => UnsafeByteOperations.UnsafeWrap(_buffer.AsMemory(0, Length));

    public static RentedBody Of(Template template, DeviceSecrets secrets)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(template.MaxLength(secrets));
        return new(buffer, template.Write(secrets, buffer));
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // it is a credential
        }
    }
}
