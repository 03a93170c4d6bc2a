using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.Cli.Client.Subscription;

/// <summary>Reads the file that <c>--ca</c> names.</summary>
internal static class PrivateRoots
{
    /// <summary>The certificates in a PEM or DER file.</summary>
    /// <exception cref="ConnectException">There is no such file, or no certificate in it.</exception>
    public static X509Certificate2Collection Read(string path)
    {
        X509Certificate2Collection roots = [];
        try
        {
            roots.ImportFromPemFile(path);
            if (roots.Count == 0)
            {
                roots.Add(X509CertificateLoader.LoadCertificateFromFile(path));
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConnectException($"There is no file {path}: give the network's root certificate with --ca FILE.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConnectException($"The file {path} cannot be read: check its permissions.");
        }
        catch (CryptographicException) when (!File.Exists(path))
        {
            throw new ConnectException($"There is no file {path}: give the network's root certificate with --ca FILE.");
        }
        catch (CryptographicException)
        {
            throw new ConnectException($"The file {path} holds no certificate: --ca wants the network's root certificate, in PEM or DER.");
        }

        return roots;
    }
}
