using System.Buffers;

namespace Cellway.Cli.Client.Proxy;

/// <summary>What a SOCKS 5 client says first (RFC 1928, section 3).</summary>
/// <param name="OffersNoAuthentication">Whether it would go on without a password, the only method here.</param>
internal readonly record struct SocksGreeting(bool OffersNoAuthentication)
{
    /// <summary>The first byte, which tells SOCKS 5 from HTTP.</summary>
    public const byte Version = 5;

    /// <summary>Reads one; takes nothing while it is incomplete.</summary>
    public static OperationStatus Read(
        in ReadOnlySequence<byte> input, out SocksGreeting greeting, out SequencePosition consumed, out SocksFault fault)
    {
        greeting = default;
        consumed = input.Start;
        fault = SocksFault.None;
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryRead(out var version))
        {
            return OperationStatus.NeedMoreData;
        }

        if (version != Version)
        {
            fault = SocksFault.Version;
            return OperationStatus.InvalidData;
        }

        if (!reader.TryRead(out var count))
        {
            return OperationStatus.NeedMoreData;
        }

        if (count == 0)
        {
            fault = SocksFault.NoMethods;
            return OperationStatus.InvalidData;
        }

        if (!reader.TryReadExact(count, out var methods))
        {
            return OperationStatus.NeedMoreData;
        }

        greeting = new(methods.PositionOf((byte)0) is not null);
        consumed = reader.Position;
        return OperationStatus.Done;
    }
}
