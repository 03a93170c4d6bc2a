using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;

namespace Cellway.IntegrationTests.Manager;

/// <summary>A node's key and what it got for it.</summary>
internal sealed class EnrolledNode
{
    public EnrolledNode(NodeKey key, Credential credential)
    {
        Key = key;
        Assert.True(Cellway.Model.Identities.Identity.TryParse(credential.Identity, out var identity));
        Identity = identity;
        using var issued = X509CertificateLoader.LoadCertificate(credential.Certificate.Span);
        Certificate = key.Attach(issued);
    }

    public NodeKey Key { get; }

    public Identity Identity { get; }

    public string Id => Identity.Id;

    public X509Certificate2 Certificate { get; }
}
