using System.Net;
using System.Net.Sockets;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>How often one address may ask for subscriptions: many people behind one address of a provider read theirs twice a day, and a guesser gets nowhere.</summary>
/// <remarks>Buckets shared by hash, keyed by the process, so that nobody can choose whose he empties; an IPv6 address counts by its /64.</remarks>
internal sealed class AddressPace(TimeProvider time)
{
    private const int Buckets = 1 << 14;
    private const int Burst = 120;
    private static readonly TimeSpan s_each = TimeSpan.FromMilliseconds(500);

    private readonly long[] _fullAt = new long[Buckets]; // when the bucket is full again, in the clock's ticks
    private readonly long _each = (long)(s_each.TotalSeconds * time.TimestampFrequency);

    /// <summary>Whether it may ask now.</summary>
    public bool TryTake(IPAddress address)
    {
        ref var slot = ref _fullAt[(uint)KeyOf(address) % Buckets];
        var now = time.GetTimestamp();
        while (true)
        {
            var before = Volatile.Read(ref slot);
            var after = Math.Max(before, now) + _each;
            if (after - now > Burst * _each)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref slot, after, before) == before)
            {
                return true;
            }
        }
    }

    private static int KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var hash = default(HashCode); // keyed by the process
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6 ? bytes[..8] : bytes[(length - 4)..length]);
        return hash.ToHashCode();
    }
}
