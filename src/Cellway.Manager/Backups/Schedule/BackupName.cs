using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Cellway.Manager.Backups.Schedule;

/// <summary>The name of a scheduled backup's file: of which network, and when it was begun. Names sort by time.</summary>
internal static class BackupName
{
    private const string Time = "yyyyMMdd'T'HHmmss'Z'";
    private const string Suffix = ".backup";

    public static string Of(string network, DateTimeOffset at) => $"{network}-{at.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture)}{Suffix}";

    /// <summary>When a backup of this network was begun, by its file's name.</summary>
    public static bool TryRead(string network, string name, [NotNullWhen(true)] out DateTimeOffset? at)
    {
        at = null;
        if (name.StartsWith(network + "-", StringComparison.Ordinal)
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(name[(network.Length + 1)..^Suffix.Length], Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read))
        {
            at = read;
        }

        return at is not null;
    }
}
