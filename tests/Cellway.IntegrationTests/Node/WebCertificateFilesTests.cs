using System.Security.Cryptography.X509Certificates;
using Cellway.IntegrationTests.DataPlane;
using Cellway.Model.Contracts;
using Cellway.Node.Certificates;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Cellway.IntegrationTests.Node;

public sealed class WebCertificateFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cellway-web-").FullName;
    private readonly TestCertificates _ca = new();
    private readonly RecordingLogs _log = new();

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _log.Dispose();
    }

    [Fact]
    public void Write_Certificate_IsAPairAWebServerCanLoad_AndReplacedWhenRenewed()
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var files = new WebCertificateFiles(Path.Combine(_directory, "web"), loggers.CreateLogger<WebCertificateFiles>());
        var folder = Path.Combine(_directory, "web", "entry.test");
        for (var i = 0; i < 2; i++)
        {
            using var certificate = _ca.Web("entry.test");

            files.Write("entry.test", Message(certificate));

            using var loaded = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "fullchain.pem"), Path.Combine(folder, "privkey.pem"));
            Assert.Equal(certificate.Thumbprint, loaded.Thumbprint);
            Assert.Equal(2, Directory.GetFiles(folder).Length);
            if (OperatingSystem.IsLinux())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "privkey.pem")));
            }
        }

        Assert.Throws<InvalidDataException>(() => files.Write("../etc", Message(_ca.Web("x"))));
        Assert.Empty(_log.Text);
    }

    [Fact]
    public void Write_DirectoryThatCannotBe_IsLoggedAndTheNodeGoesOn()
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");

        new WebCertificateFiles(file, loggers.CreateLogger<WebCertificateFiles>()).Write("entry.test", Message(_ca.Web("entry.test")));

        Assert.StartsWith("2202 ", _log.Text, StringComparison.Ordinal);
    }

    private static WebCertificate Message(X509Certificate2 certificate) => new()
    {
        Chain = ByteString.CopyFromUtf8(certificate.ExportCertificatePem()),
        PrivateKey = ByteString.CopyFrom(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKey()),
    };
}
