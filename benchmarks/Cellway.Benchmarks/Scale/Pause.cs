using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cellway.Benchmarks.Scale;

/// <summary>Sleeps to within a tenth of a millisecond, which no method of the platform does, and without spinning: the measured process needs the core.</summary>
internal static partial class Pause
{
    public static void Until(long timestamp)
    {
        if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp) is { Ticks: > 0 } left)
        {
            var time = new Time(left.Ticks / TimeSpan.TicksPerSecond, left.Ticks % TimeSpan.TicksPerSecond * 100);
            _ = NanoSleep(in time, nint.Zero);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in Time time, nint remaining);

    private readonly record struct Time(long Seconds, long Nanoseconds);
}
