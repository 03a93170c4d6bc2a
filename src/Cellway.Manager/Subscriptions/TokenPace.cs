using Cellway.Model.Identities;

namespace Cellway.Manager.Subscriptions;

/// <summary>How often one subscription is answered: a burst of an impatient person with several apps, then one every two seconds.</summary>
/// <remarks>
/// Buckets shared by hash, so that a million devices need 1 MB: apps ask twice a day, so strangers in one bucket do not notice each other.
/// The hash is keyed by the process: nobody can choose to share.
/// </remarks>
internal sealed class TokenPace(TimeProvider time)
{
    public const string RetryAfterSeconds = "60";

    private const int Buckets = 1 << 17;
    private const int Burst = 60;
    private static readonly TimeSpan s_each = TimeSpan.FromSeconds(2);

    private readonly long[] _fullAt = new long[Buckets]; // when the bucket is full again, in the clock's ticks
    private readonly long _each = (long)(s_each.TotalSeconds * time.TimestampFrequency);

    /// <summary>Whether it may be answered now.</summary>
    public bool TryTake(Hash256 token)
    {
        ref var slot = ref _fullAt[(uint)token.GetHashCode() % Buckets];
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
}
