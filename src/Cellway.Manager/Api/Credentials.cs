using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;

namespace Cellway.Manager.Api;

/// <summary>What a node gets when it has enrolled or renewed.</summary>
internal static class Credentials
{
    public static Credential Of(X509Certificate2 certificate, Identity identity, NetworkView view, ManagementAddresses addresses)
    {
        var credential = new Credential { Certificate = ByteString.CopyFrom(certificate.RawData), Identity = identity.ToString() };
        credential.Roots.AddRange(view.Authorities.Values.OrderBy(a => a.Generation).Select(a => ByteString.CopyFrom(a.Certificate)));
        credential.Management.AddRange(addresses.Known(view));
        return credential;
    }
}
