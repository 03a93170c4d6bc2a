using System.Globalization;
using Cellway.Node.Hosting;

namespace Cellway.Node.Enrollment;

/// <summary>A node whose clock is wrong finds certificates that have ended or not begun, and accepts yesterday's service names: it is told before it joins.</summary>
internal static class ClockCheck
{
    /// <summary>As far back as certificates begin.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Compares with the <c>Date</c> of management's answer; one without it says nothing.</summary>
    /// <exception cref="NodeStartException">The clocks differ by more than <see cref="Tolerance"/>.</exception>
    public static void EnsureClose(string? date, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var theirs) || (now - theirs).Duration() <= Tolerance)
        {
            return;
        }

        throw new NodeStartException(string.Create(
            CultureInfo.InvariantCulture,
            $"This machine's clock says {now.UtcDateTime:u}, management's {theirs.UtcDateTime:u}: set this machine's clock (timedatectl set-ntp true), and the node joins."));
    }
}
