using System.Buffers;
using System.Buffers.Binary;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Mux;

/// <summary>The head of a Mux.Cool or XUDP frame: its metadata, and the length of the data that follows (wire.md 3.1).</summary>
/// <param name="Session">The session's number; 0 in single XUDP.</param>
/// <param name="Status">What it says of the session.</param>
/// <param name="Options">The option bits, known or not.</param>
/// <param name="Network">In New; in Keep when an address follows.</param>
/// <param name="Target">In New; in Keep for UDP when there is one. Names that must not be resolved read as port 0 of no address.</param>
/// <param name="GlobalId">The eight bytes as a number; 0 is none (wire.md 3.5).</param>
/// <param name="DataLength">How many bytes of data follow; 0 without <see cref="MuxOptions.Data"/>.</param>
internal readonly record struct MuxFrame(
    ushort Session, MuxStatus Status, MuxOptions Options, MuxNetwork Network, Destination? Target, ulong GlobalId, int DataLength)
{
    /// <summary>The longest metadata that peers accept.</summary>
    public const int MaxMetadata = 512;

    private const int MinMetadata = 4;
    private const int GlobalIdLength = 8;

    /// <summary>Reads one frame's head; the data is the caller's to take, in pieces if it likes.</summary>
    public static OperationStatus Read(
        in ReadOnlySequence<byte> input, out MuxFrame frame, out SequencePosition consumed, out MuxFault fault)
    {
        frame = default;
        consumed = input.Start;
        fault = MuxFault.None;
        var reader = new SequenceReader<byte>(input);
        if (reader.TryPeek(out var high) && high > MaxMetadata >> 8)
        {
            fault = MuxFault.MetadataLength;
            return OperationStatus.InvalidData;
        }

        if (!reader.TryReadBigEndian(out short length))
        {
            return OperationStatus.NeedMoreData;
        }

        if (length is < MinMetadata or > MaxMetadata)
        {
            fault = MuxFault.MetadataLength;
            return OperationStatus.InvalidData;
        }

        Span<byte> metadata = stackalloc byte[MaxMetadata];
        metadata = metadata[..(int)Math.Min(length, reader.Remaining)];
        reader.TryCopyTo(metadata);
        var status = ReadMetadata(metadata, length, out frame, out fault);
        if (status != OperationStatus.Done || metadata.Length < length)
        {
            frame = default;
            return status == OperationStatus.Done ? OperationStatus.NeedMoreData : status;
        }

        reader.Advance(length);
        if (frame.Options.HasFlag(MuxOptions.Data))
        {
            if (!reader.TryReadBigEndian(out short data))
            {
                frame = default;
                return OperationStatus.NeedMoreData;
            }

            frame = frame with { DataLength = (ushort)data };
        }

        consumed = reader.Position;
        return OperationStatus.Done;
    }

    /// <param name="metadata">What has come of it.</param>
    /// <param name="length">How long it will be.</param>
    /// <param name="frame">The frame, without its data length.</param>
    /// <param name="fault">Told as soon as what has come proves it.</param>
    private static OperationStatus ReadMetadata(ReadOnlySpan<byte> metadata, int length, out MuxFrame frame, out MuxFault fault)
    {
        frame = default;
        fault = MuxFault.None;
        if (metadata.Length < 3)
        {
            return OperationStatus.NeedMoreData;
        }

        var status = (MuxStatus)metadata[2];
        if (status is < MuxStatus.New or > MuxStatus.KeepAlive)
        {
            fault = MuxFault.Status;
            return OperationStatus.InvalidData;
        }

        if (metadata.Length < MinMetadata)
        {
            return OperationStatus.NeedMoreData;
        }

        frame = new(BinaryPrimitives.ReadUInt16BigEndian(metadata), status, (MuxOptions)metadata[3], MuxNetwork.None, null, 0, 0);
        if (status is MuxStatus.End or MuxStatus.KeepAlive || (status == MuxStatus.Keep && length == MinMetadata))
        {
            return OperationStatus.Done;
        }

        if (length == MinMetadata)
        {
            fault = MuxFault.Truncated;
            return OperationStatus.InvalidData;
        }

        if (metadata.Length == MinMetadata)
        {
            return OperationStatus.NeedMoreData;
        }

        var network = (MuxNetwork)metadata[4];
        if (network is not (MuxNetwork.Tcp or MuxNetwork.Udp))
        {
            // What else a Keep may hold after its status is padding.
            fault = status == MuxStatus.New ? MuxFault.Network : MuxFault.None;
            return fault == MuxFault.None ? OperationStatus.Done : OperationStatus.InvalidData;
        }

        if (status == MuxStatus.Keep && network == MuxNetwork.Tcp)
        {
            return OperationStatus.Done;
        }

        var read = ReadAddress(metadata[5..], length - 5, out var target, out var taken, out fault);
        if (read != OperationStatus.Done)
        {
            return read;
        }

        var rest = metadata[(5 + taken)..];
        var hasId = status == MuxStatus.New && network == MuxNetwork.Udp && frame.Options.HasFlag(MuxOptions.Data)
            && length - 5 - taken >= GlobalIdLength && rest.Length >= GlobalIdLength;
        frame = frame with { Network = network, Target = target, GlobalId = hasId ? BinaryPrimitives.ReadUInt64BigEndian(rest) : 0 };
        return OperationStatus.Done;
    }

    private static OperationStatus ReadAddress(
        ReadOnlySpan<byte> input, int length, out Destination target, out int taken, out MuxFault fault)
    {
        target = default;
        taken = 3;
        fault = MuxFault.None;
        if (length < taken + 1)
        {
            fault = MuxFault.Truncated;
            return OperationStatus.InvalidData;
        }

        if (input.Length < taken)
        {
            return OperationStatus.NeedMoreData;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(input);
        var start = taken;
        switch (input[2])
        {
            case 1:
                taken += 4;
                break;
            case 3:
                taken += 16;
                break;
            case 2 when input.Length == taken:
                return OperationStatus.NeedMoreData;
            case 2 when input[3] == 0:
                fault = MuxFault.EmptyHost;
                return OperationStatus.InvalidData;
            case 2:
                start++;
                taken += 1 + input[3];
                break;
            default:
                fault = MuxFault.AddressKind;
                return OperationStatus.InvalidData;
        }

        if (taken > length)
        {
            fault = MuxFault.Truncated;
            return OperationStatus.InvalidData;
        }

        if (taken > input.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        var address = input[start..taken];
        if (input[2] != 2)
        {
            target = Destination.Of(address, port);
            return OperationStatus.Done;
        }

        if (VlessHost.TryRead(address, port, out var named) != VlessFault.None)
        {
            fault = MuxFault.HostName;
            return OperationStatus.InvalidData;
        }

        target = Destination.Of(named!);
        return OperationStatus.Done;
    }
}
