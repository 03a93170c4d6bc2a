using System.Globalization;
using Cellway.Cli.Local;

namespace Cellway.Benchmarks;

/// <summary>How long a process's threads were ready to run and had no processor: delay that no program of ours can take away.</summary>
internal static class RunQueue
{
    /// <summary>The kernel's own count since the threads began (/proc/PID/task/*/schedstat, second field).</summary>
    public static TimeSpan WaitOf(ChildProcess process)
    {
        var nanoseconds = 0L;
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{process.Id}/task"))
        {
            try
            {
                nanoseconds += long.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[1], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has ended.
            }
        }

        return TimeSpan.FromMicroseconds(nanoseconds / 1000);
    }
}
