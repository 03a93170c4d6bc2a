using System.Security.Cryptography;

namespace Cellway.Pki.Issuing;

/// <summary>A file of random bytes from which a <see cref="SealKey"/> is made, readable by its owner only.</summary>
public static class KeyFile
{
    private const int Length = 64;
    private const int MinLength = 32;
    private const int MaxLength = 4096;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates the file with 64 random bytes and mode 0600; never replaces one that is there.</summary>
    /// <exception cref="SealException">It is there already, or cannot be written.</exception>
    public static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var bytes = RandomNumberGenerator.GetBytes(Length);
        try
        {
            using var file = new FileStream(path, options);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new SealException($"{path} exists already: name another key file, so that nothing sealed with this one is lost.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SealException($"The key file {path} cannot be created: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    internal static byte[] Read(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            {
                throw new SealException($"The key file {path} can be used by other users of this machine: run chmod 600 {path}");
            }

            // Length first: a device or a huge file named by mistake must not be swallowed whole.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (file.Length is < MinLength or > MaxLength)
            {
                throw new SealException($"The key file {path} has {file.Length} bytes, not {MinLength} to {MaxLength}: make one with “openssl rand -out FILE 64”.");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SealException($"The key file {path} cannot be read: {e.Message}", e);
        }
    }
}
