using System.Buffers;

namespace Cellway.State;

/// <summary>What every store accepts. The limits are the contract's, so that a value that fits one store fits all.</summary>
internal static class StateLimits
{
    public const int MaxKeyBytes = 512;
    public const int MaxValueBytes = 1_048_576;

    /// <summary>Keys that a transaction may write, and keys that it may test: etcd's default --max-txn-ops.</summary>
    public const int MaxTransactionKeys = 128;

    /// <summary>Keys and values of a transaction together: etcd's default --max-request-bytes is 1.5 MiB, and its messages need some of it.</summary>
    public const int MaxTransactionBytes = 1_441_792;

    /// <summary>The most keys of a piece of a scan …</summary>
    public const int ScanKeys = 1000;

    /// <summary>… which ends early once it has this many bytes.</summary>
    public const int ScanBytes = 1 << 20;

    private static readonly SearchValues<char> Printable = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    public static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > MaxKeyBytes || key.AsSpan().ContainsAnyExcept(Printable))
        {
            throw new ArgumentException($"A key is 1 to {MaxKeyBytes} bytes of printable ASCII; this one has {key.Length} characters.", nameof(key));
        }
    }

    public static void CheckPrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0)
        {
            CheckKey(prefix);
        }
    }

    /// <summary>The smallest string that is greater than every key under the prefix.</summary>
    public static string EndOf(string prefix) => prefix.Length == 0 ? "\u007f" : prefix[..^1] + (char)(prefix[^1] + 1);

    public static void CheckRevision(long fromRevision) => ArgumentOutOfRangeException.ThrowIfLessThan(fromRevision, 1);

    /// <returns>The time to live in whole seconds, rounded up.</returns>
    public static int CheckTimeToLive(TimeSpan timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeToLive, TimeSpan.FromHours(24));
        return (int)Math.Ceiling(timeToLive.TotalSeconds);
    }
}
