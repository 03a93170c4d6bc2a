using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.Hosting;

/// <summary>The OpenSSL below TLS, which decides what a gigabyte costs.</summary>
public static class TlsLibrary
{
    /// <summary>The first version with AES-GCM in vector instructions: 18.8 GB/s where 3.0 does 4.8, a third of a node's CPU.</summary>
    public static Version FirstFast { get; } = new(3, 2);

    /// <summary>The version of this machine; <see langword="null"/> where TLS is not OpenSSL's.</summary>
    public static Version? Current
    {
        get
        {
            try
            {
                return OperatingSystem.IsLinux() ? Read(SafeEvpPKeyHandle.OpenSslVersion) : null;
            }
            catch (Exception e) when (e is PlatformNotSupportedException or DllNotFoundException or TypeInitializationException)
            {
                return null; // TLS itself will say what is missing
            }
        }
    }

    /// <summary>Reads <c>OPENSSL_VERSION_NUMBER</c>: MNN00PP0 since 3.0, MNNFFPPS before.</summary>
    public static Version Read(long number)
    {
        var major = (int)(number >> 28) & 0xf;
        return new(major, (int)(number >> 20) & 0xff, (int)(number >> (major >= 3 ? 4 : 12)) & 0xff);
    }

    /// <summary>Says at start what is there, and what an old one costs.</summary>
    public static void Report(Version? version, ILogger logger)
    {
        if (version is null)
        {
            return;
        }

        HostingLog.TlsLibrary(logger, version);
        if (version < FirstFast)
        {
            HostingLog.SlowTlsLibrary(logger, version);
        }
    }
}
