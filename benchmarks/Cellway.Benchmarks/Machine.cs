using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Cellway.Benchmarks;

/// <summary>What the figures depend on most.</summary>
internal static class Machine
{
    public static string Description =>
        $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, OpenSSL {OpenSsl}";

    private static string OpenSsl
    {
        get
        {
            if (OperatingSystem.IsWindows())
            {
                return "none";
            }

            var version = SafeEvpPKeyHandle.OpenSslVersion;
            return $"{version >> 28}.{(version >> 20) & 0xff}.{(version >> 4) & 0xff}"; // 0xMNN00PP0 since 3.0
        }
    }
}
