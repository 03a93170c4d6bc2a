using System.Buffers;
using Cellway.DataPlane.Vless;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The start of a client's messages, up to the last byte of its VLESS id, and where in them the id lies.</summary>
internal sealed class Preamble
{
    private readonly byte[] _bytes;
    private readonly int[] _idAt;

    private Preamble(byte[] bytes, int[] idAt, Hash256 credential) => (_bytes, _idAt, Credential) = (bytes, idAt, credential);

    /// <summary>What the network knows the device by.</summary>
    public Hash256 Credential { get; }

    /// <summary>The messages' bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Writes a route's id over the one that is there.</summary>
    public void Stamp(RouteId route)
    {
        Span<byte> id = stackalloc byte[RouteId.Length];
        route.CopyTo(id);
        for (var i = 0; i < id.Length; i++)
        {
            _bytes[_idAt[i]] = id[i];
        }
    }

    internal static OperationStatus Scan(in ReadOnlySequence<byte> input, out Preamble? preamble)
    {
        preamble = null;
        var hunks = new HunkReader();
        Span<byte> header = stackalloc byte[VlessRequest.IdEnd];
        Span<int> positions = stackalloc int[VlessRequest.IdEnd];
        var found = 0;
        var raw = 0;
        foreach (var segment in input)
        {
            var span = segment.Span;
            while (!span.IsEmpty)
            {
                var status = hunks.Next(span, out var start, out var length);
                if (status == OperationStatus.InvalidData)
                {
                    return status;
                }

                for (var i = 0; i < length && found < header.Length; i++, found++)
                {
                    positions[found] = raw + start + i;
                    header[found] = span[start + i];
                }

                if (found > 0 && header[0] != 0)
                {
                    return OperationStatus.InvalidData; // told at the first byte that proves it
                }

                if (found == header.Length)
                {
                    preamble = new(
                        input.Slice(0, positions[^1] + 1).ToArray(), positions[1..].ToArray(), VlessId.HashOf(header[1..]));
                    return OperationStatus.Done;
                }

                raw += start + length;
                span = span[(start + length)..];
            }
        }

        return OperationStatus.NeedMoreData;
    }
}
