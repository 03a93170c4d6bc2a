using System.Buffers.Binary;

namespace Cellway.Model.Devices;

/// <summary>What an Entry writes over a VLESS id, so that a Core never sees the device's credential. Secret; never logged.</summary>
public readonly record struct RouteId : IComparable<RouteId>
{
    /// <summary>Its length in bytes, that of a VLESS id.</summary>
    public const int Length = 16;

    private readonly UInt128 _value;

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public RouteId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A route id has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The first of the 16 bytes.</summary>
    public byte FirstByte => (byte)(_value >> 120);

    /// <summary>Orders by the bytes.</summary>
    public static bool operator <(RouteId left, RouteId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the bytes.</summary>
    public static bool operator <=(RouteId left, RouteId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the bytes.</summary>
    public static bool operator >(RouteId left, RouteId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the bytes.</summary>
    public static bool operator >=(RouteId left, RouteId right) => left.CompareTo(right) >= 0;

    /// <summary>Orders by the bytes.</summary>
    public int CompareTo(RouteId other) => _value.CompareTo(other._value);

    /// <summary>Writes the 16 bytes.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _value);

    /// <summary>The 16 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Never the value: this type must not reach a log by accident.</summary>
    public override string ToString() => "RouteId(…)";
}
