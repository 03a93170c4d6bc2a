using System.Buffers;
using System.Net;
using Cellway.Model.Devices;

namespace Cellway.DataPlane.Vless;

/// <summary>A VLESS version 0 request header (wire.md 1.1).</summary>
/// <param name="Id">The 16 id bytes; behind an Entry, the route id it wrote there. Not yet checked.</param>
/// <param name="Command">What is to be relayed.</param>
/// <param name="Target">An address or a host name with a port; <see langword="null"/> for <see cref="VlessCommand.Mux"/>.</param>
internal readonly record struct VlessRequest(RouteId Id, VlessCommand Command, EndPoint? Target)
{
    /// <summary>The longest header: 18 bytes, 255 of addons, command, port, type, length and 255 of host.</summary>
    public const int MaxLength = 18 + 255 + 1 + 2 + 1 + 1 + 255;

    /// <summary>Version and id: what an Entry needs.</summary>
    public const int IdEnd = 1 + RouteId.Length;

    /// <summary>Reads one request header from the front of <paramref name="input"/>.</summary>
    /// <returns>
    /// <see cref="OperationStatus.Done"/> with <paramref name="consumed"/> past the header,
    /// <see cref="OperationStatus.NeedMoreData"/> with nothing consumed, or
    /// <see cref="OperationStatus.InvalidData"/> with <paramref name="fault"/> set.
    /// </returns>
    public static OperationStatus Read(
        in ReadOnlySequence<byte> input, out VlessRequest request, out SequencePosition consumed, out VlessFault fault)
    {
        request = default;
        consumed = input.Start;
        fault = VlessFault.None;
        var reader = new SequenceReader<byte>(input);
        Span<byte> scratch = stackalloc byte[byte.MaxValue];

        if (!reader.TryRead(out var version))
        {
            return OperationStatus.NeedMoreData;
        }

        if (version != 0)
        {
            return Junk(VlessFault.Version, out fault);
        }

        if (!TryTake(ref reader, scratch[..RouteId.Length]))
        {
            return OperationStatus.NeedMoreData;
        }

        var id = new RouteId(scratch[..RouteId.Length]);
        if (!reader.TryRead(out var addonsLength) || !TryTake(ref reader, scratch[..addonsLength]))
        {
            return OperationStatus.NeedMoreData;
        }

        if (VlessAddons.Check(scratch[..addonsLength]) is var bad and not VlessFault.None)
        {
            return Junk(bad, out fault);
        }

        if (!reader.TryRead(out var command))
        {
            return OperationStatus.NeedMoreData;
        }

        EndPoint? target = null;
        switch ((VlessCommand)command)
        {
            case VlessCommand.Mux:
                break;
            case VlessCommand.Tcp or VlessCommand.Udp:
                var status = ReadTarget(ref reader, (VlessCommand)command, scratch, out target, out fault);
                if (status != OperationStatus.Done)
                {
                    return status;
                }

                break;
            default:
                return Junk(VlessFault.Command, out fault);
        }

        request = new(id, (VlessCommand)command, target);
        consumed = reader.Position;
        return OperationStatus.Done;
    }

    private static OperationStatus ReadTarget(
        ref SequenceReader<byte> reader, VlessCommand command, scoped Span<byte> scratch, out EndPoint? target, out VlessFault fault)
    {
        target = null;
        fault = VlessFault.None;
        if (!reader.TryReadBigEndian(out short rawPort))
        {
            return OperationStatus.NeedMoreData;
        }

        var port = (ushort)rawPort;
        if (port == 0 && command != VlessCommand.Udp) // a name for packetaddr may follow, which sing-box sends with port 0
        {
            return Junk(VlessFault.Port, out fault);
        }

        if (!reader.TryRead(out var kind))
        {
            return OperationStatus.NeedMoreData;
        }

        byte length = 0;
        if (kind is not (1 or 2 or 3))
        {
            return Junk(VlessFault.AddressKind, out fault);
        }

        if (kind == 2 && !reader.TryRead(out length))
        {
            return OperationStatus.NeedMoreData;
        }

        if (kind == 2 && length == 0)
        {
            return Junk(VlessFault.EmptyHost, out fault);
        }

        var address = scratch[..(kind switch { 1 => 4, 3 => 16, _ => length })];
        if (!TryTake(ref reader, address))
        {
            return OperationStatus.NeedMoreData;
        }

        if (kind == 2)
        {
            fault = VlessHost.TryRead(address, port, out target);
            if (fault == VlessFault.None && port == 0 && target != VlessHost.Nowhere)
            {
                fault = VlessFault.Port;
            }

            return fault == VlessFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
        }

        if (port == 0)
        {
            return Junk(VlessFault.Port, out fault);
        }

        target = new IPEndPoint(VlessHost.Unmap(new IPAddress(address)), port);
        return OperationStatus.Done;
    }

    private static bool TryTake(ref SequenceReader<byte> reader, scoped Span<byte> destination)
    {
        if (!reader.TryCopyTo(destination))
        {
            return false;
        }

        reader.Advance(destination.Length);
        return true;
    }

    private static OperationStatus Junk(VlessFault what, out VlessFault fault)
    {
        fault = what;
        return OperationStatus.InvalidData;
    }
}
