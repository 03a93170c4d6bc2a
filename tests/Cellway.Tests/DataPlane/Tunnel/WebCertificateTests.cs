using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class WebCertificateTests
{
    /// <summary>A new TLS context forgets every client's session: a change of names must not make one.</summary>
    [Fact]
    public void Face_SameChain_IsTheSameFace()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        using var leaf = new CertificateRequest("CN=a.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddDays(1));
        X509Certificate2Collection chain = [leaf];

        Assert.Same(WebCertificate.Face(chain), WebCertificate.Face(chain));
        Assert.NotSame(WebCertificate.Face(chain), WebCertificate.Face([leaf]));
        Assert.Throws<ArgumentException>(() => WebCertificate.Face([]));
    }
}
