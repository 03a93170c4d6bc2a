namespace Cellway.Fuzz;

/// <summary>Changes inputs at random. The same seed gives the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private const int MaxLength = 4096;

    private static readonly byte[] s_interesting = [0, 1, 2, 3, 4, 0x0a, 0x0d, 0x20, 0x7f, 0x80, 0xfe, 0xff];

    private readonly Random _random = new(seed);

    /// <summary>A new input made of others.</summary>
    /// <param name="pool">The others, the valid ones first.</param>
    /// <param name="seeds">How many are valid. Every other input is made of one of them, or the pool would wear out to junk that is refused at its first byte.</param>
    public byte[] Next(IReadOnlyList<byte[]> pool, int seeds)
    {
        List<byte> bytes = [.. pool[_random.Next(_random.Next(2) == 0 ? seeds : pool.Count)].Take(MaxLength)];
        var changes = 1 << _random.Next(4);
        for (var i = 0; i < changes; i++)
        {
            Change(bytes, pool);
        }

        return [.. bytes.Take(MaxLength)];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> pool)
    {
        var at = _random.Next(bytes.Count + 1);
        var count = Math.Min(_random.Next(1, 9), bytes.Count - at);
        switch (_random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes[at] = s_interesting[_random.Next(s_interesting.Length)];
                break;
            case 3 when at < bytes.Count:
                bytes[at] += (byte)(_random.Next(2) == 0 ? 1 : -1);
                break;
            case 4:
                bytes.Insert(at, s_interesting[_random.Next(s_interesting.Length)]);
                break;
            case 5:
                bytes.RemoveRange(at, count);
                break;
            case 6:
                bytes.InsertRange(at, bytes.GetRange(at, count));
                break;
            case 7:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                var other = pool[_random.Next(pool.Count)];
                bytes.InsertRange(at, other.Skip(_random.Next(other.Length + 1)).Take(_random.Next(64)));
                break;
        }
    }
}
