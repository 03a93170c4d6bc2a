using System.Net.Security;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;

namespace Cellway.Manager.Authority;

/// <summary>This replica's own certificate. Its key is made at start, lives in memory and ends with the process.</summary>
internal sealed class ManagementCertificate(NetworkAuthority authority, string replica, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private readonly NodeKey _key = NodeKey.New();
    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _context;
    private DateTimeOffset _renewAt;
    private Pki.Issuing.RootAuthority? _issuer;

    /// <summary>The certificate for a handshake that begins now; issued anew at half its life, and when another root takes over.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                var issuer = authority.Anchor;
                if (_context is null || time.GetUtcNow() >= _renewAt || _issuer != issuer)
                {
                    _issuer = issuer;
                    Pki.Issuing.CertificateRequestReader.TryRead(_key.CreateRequest(), out var publicKey, out _);
                    var identity = new Identity(authority.Network, Role.Management, replica);
                    using var issued = issuer.Issue(identity, publicKey, Lifetime, time);
                    _context = SslStreamCertificateContext.Create(_key.Attach(issued), additionalCertificates: null, offline: true);
                    _renewAt = time.GetUtcNow() + (Lifetime / 2);
                }

                return _context;
            }
        }
    }

    public void Dispose() => _key.Dispose();
}
