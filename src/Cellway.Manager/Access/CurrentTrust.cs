using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;

namespace Cellway.Manager.Access;

/// <summary>What to believe, as the newest view says; made anew only when roots or revocations change.</summary>
internal sealed class CurrentTrust
{
    private readonly Lock _lock = new();
    private ImmutableDictionary<string, AuthorityRecord>? _authorities;
    private ImmutableDictionary<string, string>? _revoked;
    private NetworkTrust? _trust;

    public NetworkTrust For(NetworkView view)
    {
        lock (_lock)
        {
            if (_trust is null || _authorities != view.Authorities || _revoked != view.RevokedKeys)
            {
                _authorities = view.Authorities;
                _revoked = view.RevokedKeys;
                _trust = new(
                    view.Network!.Id,
                    [.. view.Authorities.Values.Select(a => X509CertificateLoader.LoadCertificate(a.Certificate))],
                    view.RevokedKeys.Values.Select(h => new Hash256(Convert.FromHexString(h))));
            }

            return _trust;
        }
    }
}
