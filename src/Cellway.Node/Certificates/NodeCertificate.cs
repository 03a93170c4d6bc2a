using System.Security.Cryptography.X509Certificates;

namespace Cellway.Node.Certificates;

/// <summary>The certificate this node shows, with its key; swapped whole when it is renewed.</summary>
public sealed class NodeCertificate
{
    private volatile X509Certificate2 _current;

    internal NodeCertificate(X509Certificate2 current) => _current = current;

    /// <summary>After the certificate was swapped, with the new one.</summary>
    public event Action<X509Certificate2>? Changed;

    /// <summary>The one to show on new connections. Never disposed here: handshakes may still use the one before.</summary>
    public X509Certificate2 Current => _current;

    internal void Swap(X509Certificate2 renewed)
    {
        _current = renewed;
        Changed?.Invoke(renewed);
    }
}
