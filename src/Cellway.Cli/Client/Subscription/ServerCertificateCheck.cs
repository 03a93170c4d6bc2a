using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.Cli.Client.Subscription;

/// <summary>Accepts what the system trusts and what the private roots vouch for, and remembers why it refused. For one fetch.</summary>
internal sealed class ServerCertificateCheck(X509Certificate2Collection roots)
{
    private static readonly Oid s_serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Why the last certificate was refused.</summary>
    public SubscriptionFault Fault { get; private set; }

    /// <summary>The callback of <see cref="SslClientAuthenticationOptions"/>.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = Judge(certificate as X509Certificate2, chain, errors);
        return Fault is SubscriptionFault.None;
    }

    private SubscriptionFault Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors is SslPolicyErrors.None)
        {
            return SubscriptionFault.None;
        }

        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return SubscriptionFault.TlsFailed;
        }

        // The dates first: whom an old certificate does not convince will not be helped by --ca.
        var status = roots.Count > 0 ? BuildPrivate(certificate, chain) : chain?.ChainStatus ?? [];
        if (status.Any(s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
        {
            return SubscriptionFault.Expired;
        }

        var isTrusted = !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) || (roots.Count > 0 && status.Length == 0);
        return !isTrusted ? SubscriptionFault.NotTrusted
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? SubscriptionFault.WrongName
            : SubscriptionFault.None;
    }

    /// <returns>What is wrong with the chain to a private root; nothing when it holds.</returns>
    private X509ChainStatus[] BuildPrivate(X509Certificate2 certificate, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // private networks publish no lists on the web
        chain.ChainPolicy.ApplicationPolicy.Add(s_serverAuthentication);
        chain.ChainPolicy.DisableCertificateDownloads = true; // no request that the person did not ask for
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        chain.ChainPolicy.ExtraStore.AddRange(presented?.ChainPolicy.ExtraStore ?? []);
        return chain.Build(certificate) ? [] : [.. chain.ChainStatus];
    }
}
