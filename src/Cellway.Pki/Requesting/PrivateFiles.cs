namespace Cellway.Pki.Requesting;

/// <summary>Files that only their owner may read, replaced whole or not at all.</summary>
public static class PrivateFiles
{
    private const UnixFileMode FileOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryOnly = FileOnly | UnixFileMode.UserExecute;

    /// <summary>Creates the directory, or closes the one that is there, to mode 0700.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made, or belongs to somebody else.</exception>
    public static void EnsureDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, DirectoryOnly);
        if (File.GetUnixFileMode(path) != DirectoryOnly)
        {
            File.SetUnixFileMode(path, DirectoryOnly);
        }
    }

    /// <summary>Closes a file to everybody but its owner.</summary>
    /// <returns>Whether others could read or write it.</returns>
    public static bool Close(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path) || (File.GetUnixFileMode(path) & ~DirectoryOnly) == 0)
        {
            return false;
        }

        File.SetUnixFileMode(path, FileOnly);
        return true;
    }

    /// <summary>Writes a file of mode 0600: readers, and a start after a power cut, see the old content or the new one.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileOnly;
        }

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
