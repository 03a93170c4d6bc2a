using System.Security.Cryptography;
using System.Text;
using Cellway.Model.Contracts;
using Cellway.Pki.Requesting;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.Certificates;

/// <summary>Web certificates as files, for a web server beside the node: <c>DOMAIN/fullchain.pem</c> and <c>DOMAIN/privkey.pem</c>.</summary>
/// <remarks>The key is written first and each file appears whole, so a watcher of <c>fullchain.pem</c> may reload at once.</remarks>
public sealed class WebCertificateFiles(string directory, ILogger<WebCertificateFiles> logger)
{
    /// <summary>Writes what changed. A directory that cannot be written is logged, and the node goes on.</summary>
    /// <param name="domain">The domain it is for.</param>
    /// <param name="certificate">As management sent it.</param>
    public void Write(string domain, WebCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (Uri.CheckHostName(domain) != UriHostNameType.Dns)
        {
            throw new InvalidDataException("A domain that is none.");
        }

        try
        {
            var folder = Path.Combine(directory, domain);
            PrivateFiles.EnsureDirectory(folder);
            Update(Path.Combine(folder, "privkey.pem"), Encoding.ASCII.GetBytes(PemEncoding.WriteString("PRIVATE KEY", certificate.PrivateKey.Span) + "\n"));
            Update(Path.Combine(folder, "fullchain.pem"), certificate.Chain.ToByteArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            CertificateLog.FilesNotWritten(logger, e.GetType().Name);
        }
    }

    private static void Update(string path, byte[] content)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
        {
            PrivateFiles.Write(path, content);
        }
    }
}
