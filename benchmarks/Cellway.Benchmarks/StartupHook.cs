using Cellway.Benchmarks;

/// <summary>
/// Runs inside the measured processes, before their own code (DOTNET_STARTUP_HOOKS): writes down every quarter of a second how
/// many bytes they have ever allocated, and, when it is asked to collect garbage, how many are alive. So the product needs no door for it.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Allocations.Variable) is not { } directory)
        {
            return;
        }

        var thread = new Thread(() =>
        {
            using var file = File.OpenHandle(
                Path.Combine(directory, $"{Environment.ProcessId}"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            var bytes = new byte[2 * sizeof(long)];
            var request = Path.Combine(directory, $"{Environment.ProcessId}.collect");
            while (true)
            {
                if (File.Exists(request))
                {
                    BitConverter.TryWriteBytes(bytes.AsSpan(sizeof(long)), GC.GetTotalMemory(forceFullCollection: true));
                    RandomAccess.Write(file, bytes, 0);
                    File.Delete(request);
                }

                BitConverter.TryWriteBytes(bytes, GC.GetTotalAllocatedBytes(precise: false));
                RandomAccess.Write(file, bytes, 0);
                Thread.Sleep(Allocations.Period);
            }
        })
        { IsBackground = true };
        thread.Start();
    }
}
