using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Cellway.Node.Hosting;

/// <summary>What others on the machine must not get at: memory in a core dump or by a debugger, and secrets that the process was started with.</summary>
public static class ProcessHardening
{
    private const int RlimitCore = 4;
    private const int PrSetDumpable = 4;

    /// <summary>No core dumps, and no debugger of the same user. Linux only; elsewhere nothing happens.</summary>
    public static void Apply()
    {
        if (OperatingSystem.IsLinux())
        {
            var none = default(Limit);
            _ = SetResourceLimit(RlimitCore, in none);
            _ = ProcessControl(PrSetDumpable, 0, 0, 0, 0);
        }
    }

    /// <summary>Takes secrets out of what <c>/proc/PID/environ</c> and <c>/proc/PID/cmdline</c> show: every user of the machine can read the latter.</summary>
    public static void Erase(params ReadOnlySpan<string?> secrets)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            var fields = File.ReadAllText("/proc/self/stat");
            var numbers = fields[(fields.LastIndexOf(')') + 2)..].Split(' '); // from the third on
            foreach (var secret in secrets)
            {
                if (secret is { Length: >= 8 })
                {
                    Erase(secret, Address(numbers, 48), Address(numbers, 49));
                    Erase(secret, Address(numbers, 50), Address(numbers, 51));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // This system shows nobody where they are.
        }
    }

    // proc(5) counts fields from 1; the state is the third.
    private static long Address(string[] numbers, int field) => long.Parse(numbers[field - 3], CultureInfo.InvariantCulture);

    private static void Erase(string secret, long start, long end)
    {
        var (sought, length) = (Encoding.UTF8.GetBytes(secret), (int)Math.Min(end - start, int.MaxValue));
        if (start == 0 || length < sought.Length)
        {
            return;
        }

        var memory = new byte[length];
        Marshal.Copy((nint)start, memory, 0, length);
        for (var at = memory.AsSpan().IndexOf(sought); at >= 0; at = memory.AsSpan().IndexOf(sought))
        {
            memory.AsSpan(at, sought.Length).Fill((byte)'x');
            Marshal.Copy(memory, at, (nint)(start + at), sought.Length);
        }
    }

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetResourceLimit(int resource, in Limit limit);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ProcessControl(int option, ulong first, ulong second, ulong third, ulong fourth);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
