using System.Security.Cryptography;
using System.Text;

namespace Cellway.Model.Devices;

/// <summary>A device's id as the 80 bits it stands for: sixteen characters of base 32 are ten bytes.</summary>
/// <remarks>Ids of another form, which nothing but tests makes, have a number too, but it does not lead back to them.</remarks>
public readonly record struct DeviceNumber
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 10;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Characters = Length * 8 / 5;

    private readonly UInt128 _value;

    private DeviceNumber(UInt128 value) => _value = value;

    /// <summary>The number of an id.</summary>
    public static DeviceNumber Of(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        UInt128 value = 0;
        foreach (var c in id)
        {
            var digit = c is >= 'a' and <= 'z' ? c - 'a' : c is >= '2' and <= '7' ? c - '2' + 26 : -1;
            if (digit < 0 || id.Length != Characters)
            {
                return Read(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
            }

            value = (value << 5) | (uint)digit;
        }

        return id.Length == Characters ? new(value) : Read(SHA256.HashData([]));
    }

    /// <summary>Reads the first ten bytes.</summary>
    public static DeviceNumber Read(ReadOnlySpan<byte> bytes)
    {
        UInt128 value = 0;
        foreach (var b in bytes[..Length])
        {
            value = (value << 8) | b;
        }

        return new(value);
    }

    /// <summary>Writes ten bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        for (var i = 0; i < Length; i++)
        {
            destination[i] = (byte)(_value >> (8 * (Length - 1 - i)));
        }
    }

    /// <summary>The id.</summary>
    public override string ToString() => string.Create(Characters, _value, static (text, value) =>
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    });
}
