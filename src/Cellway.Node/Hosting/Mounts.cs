namespace Cellway.Node.Hosting;

/// <summary>Whether a directory outlives the container, from what Linux says about mounts.</summary>
internal static class Mounts
{
    private const int MountPoint = 4; // field 5 of proc_pid_mountinfo(5)

    /// <summary>Whether the directory lies on something that was mounted, and not in the container's own file system.</summary>
    public static bool Holds(string directory)
    {
        try
        {
            return Holds(File.ReadAllLines("/proc/self/mountinfo"), directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // not Linux, or hidden: nothing is known
        }
    }

    internal static bool Holds(IEnumerable<string> mountInfo, string directory)
    {
        var points = mountInfo.Select(line => line.Split(' ')).Where(fields => fields.Length > MountPoint).Select(fields => fields[MountPoint]).ToHashSet(StringComparer.Ordinal);
        for (var path = Path.GetFullPath(directory); path is not null && path != "/"; path = Path.GetDirectoryName(path))
        {
            if (points.Contains(path))
            {
                return true;
            }
        }

        return false;
    }
}
