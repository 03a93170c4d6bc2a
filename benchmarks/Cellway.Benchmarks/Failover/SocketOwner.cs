using System.Globalization;

namespace Cellway.Benchmarks.Failover;

/// <summary>Whose a TCP connection of this machine is, asked of the kernel.</summary>
internal static class SocketOwner
{
    private const int LocalAddressColumn = 1;
    private const int InodeColumn = 9;
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Which of some processes holds the connection that begins at a port.</summary>
    /// <param name="port">Of the side that has opened it.</param>
    /// <param name="processes">Those to look at.</param>
    public static int? Find(int port, IEnumerable<int> processes)
    {
        var end = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var sockets = Tables.SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[LocalAddressColumn].EndsWith(end, StringComparison.Ordinal))
            .Select(columns => $"socket:[{columns[InodeColumn]}]")
            .ToHashSet(StringComparer.Ordinal);
        foreach (var process in processes)
        {
            if (Directory.EnumerateFiles($"/proc/{process}/fd").Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target)))
            {
                return process;
            }
        }

        return null;
    }
}
