namespace Cellway.DataPlane.Vless;

/// <summary>The protobuf message inside a VLESS header: <c>string Flow = 1; bytes Seed = 2</c> (wire.md 1.3).</summary>
internal static class VlessAddons
{
    /// <summary>Walks a complete message. Unknown fields are skipped, as Xray does.</summary>
    public static VlessFault Check(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            if (!TryReadVarint(ref message, out var tag) || tag >> 3 is 0 or > 0x1fffffff)
            {
                return VlessFault.Addons;
            }

            ulong length;
            switch (tag & 7)
            {
                case 0:
                    if (!TryReadVarint(ref message, out _))
                    {
                        return VlessFault.Addons;
                    }

                    continue;
                case 1:
                    length = 8;
                    break;
                case 2:
                    if (!TryReadVarint(ref message, out length))
                    {
                        return VlessFault.Addons;
                    }

                    break;
                case 5:
                    length = 4;
                    break;
                default:
                    return VlessFault.Addons;
            }

            if (length > (ulong)message.Length)
            {
                return VlessFault.Addons;
            }

            if (tag == (1 << 3 | 2) && length > 0)
            {
                return VlessFault.Flow;
            }

            message = message[(int)length..];
        }

        return VlessFault.None;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> input, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(input.Length, 10); i++)
        {
            value |= (ulong)(input[i] & 0x7f) << (7 * i);
            if (input[i] < 0x80)
            {
                input = input[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
