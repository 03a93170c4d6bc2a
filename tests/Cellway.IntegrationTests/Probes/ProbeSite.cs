using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.IntegrationTests.Probes;

/// <summary>The files and the certificate that both servers show.</summary>
internal sealed class ProbeSite : IDisposable
{
    public const string Name = "probe.test";

    private static readonly DateTime s_modified = new(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);

    /// <param name="certificate">With its key; one of its own for <see cref="Name"/> when null.</param>
    public ProbeSite(X509Certificate2? certificate = null)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("cellway-probes-").FullName;
        if (OperatingSystem.IsLinux())
        {
            // nginx's worker runs as another user when its master is root.
            File.SetUnixFileMode(Directory, File.GetUnixFileMode(Directory) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        }

        Root = Path.Combine(Directory, "www");
        Write("index.html", "<h1>hello</h1>\n");
        Write("style.css", "body { color: red }\n");
        Write("ten.txt", "0123456789");
        Write("none.bin", "");
        Write("big.bin", new string('x', 300_000));
        Write("dir/index.html", "sub\n");
        System.IO.Directory.CreateDirectory(Path.Combine(Root, "empty"));

        Certificate = certificate ?? SelfSigned();
        File.WriteAllText(CertificateFile, Certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public string Directory { get; }

    public string Root { get; }

    public X509Certificate2 Certificate { get; }

    public string CertificateFile => Path.Combine(Directory, "cert.pem");

    public string KeyFile => Path.Combine(Directory, "key.pem");

    public void Dispose()
    {
        Certificate.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, s_modified);
    }
}
