using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Kubernetes;

namespace Cellway.Tests.Manager.Kubernetes;

/// <summary>The pins are what openssl says of the same certificates.</summary>
public sealed class JoinCommandTests
{
    private const string Authority = """
        -----BEGIN CERTIFICATE-----
        MIIBgTCCASegAwIBAgIURlRWmUl2S4eO6KA3jCfxZ4m0yr8wCgYIKoZIzj0EAwIw
        FTETMBEGA1UEAwwKa3ViZXJuZXRlczAgFw0yNjExMjYwMDM0NDVaGA8yMTI2MTEw
        MjAwMzQ0NVowFTETMBEGA1UEAwwKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABPaQo6sORkJF2CpXp0vlB/KEYKpfOajb6pmmTciPihyRzbgIgXlv
        6lhWjcDrlpLSe+xFZW2TlhlbHAGf4tqUamGjUzBRMB0GA1UdDgQWBBTlfuXYkxMa
        VnTp49g4MiJbI/ec0DAfBgNVHSMEGDAWgBTlfuXYkxMaVnTp49g4MiJbI/ec0DAP
        BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDFyIaZGJuKjC3PM21k
        31e25DjRPGnXsLu3Mk0dKxompAIgAi2BjwVT2pEoL0cRCrfMdD6SNvvvJOTA8NSN
        +wbGUOY=
        -----END CERTIFICATE-----
        """;

    private const string OtherRoot = """
        -----BEGIN CERTIFICATE-----
        MIIBdjCCARugAwIBAgIUYdIDlfzv89GrmCY6cq3EDqPT64UwCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEcm9vdDAgFw0yNjExMjYwMDM0NDZaGA8yMTI2MTEwMjAwMzQ0
        NlowDzENMAsGA1UEAwwEcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABG6M
        tV7/DjWWVeasWA9/3aemxOI+bUmGiZ7lkCSSMP/mH7S9UUcDSrOmP1FwNwg9i1FZ
        8iUn6SMicmCWuwlgM6ejUzBRMB0GA1UdDgQWBBTxKgzS8JIFEF4wIEc4gLqzQUwY
        EzAfBgNVHSMEGDAWgBTxKgzS8JIFEF4wIEc4gLqzQUwYEzAPBgNVHRMBAf8EBTAD
        AQH/MAoGCCqGSM49BAMCA0kAMEYCIQD23SVDlSt3hnrD5NAphCD9XXY5neHT355R
        eId0r7D/FwIhAMqR65N7UBORwAJDmRjSz74OgCOxnxIBFEe115Ba2agT
        -----END CERTIFICATE-----
        """;

    [Fact]
    public void Kubeadm_PinsThePublicKey() => Assert.Equal(
        "kubeadm join k8s.example.org:6443 --token abc123.0123456789abcdef --discovery-token-ca-cert-hash sha256:09a0f7f900e3ccaef1df679ee052e4074e69d3c9afb70d8a8693133f6e7c9438 --node-name cellway-entry-abc123",
        JoinCommand.Kubeadm("k8s.example.org:6443", "abc123", "0123456789abcdef", Certificates(Authority)));

    [Fact]
    public void Kubeadm_SeveralAuthorities_PinsEach() => Assert.Contains(
        " --discovery-token-ca-cert-hash sha256:09a0f7f900e3ccaef1df679ee052e4074e69d3c9afb70d8a8693133f6e7c9438 --discovery-token-ca-cert-hash sha256:b949e5ba6db6bcddebea411cab1f96364a40c4ee1e777ec290d508f09581556e ",
        JoinCommand.Kubeadm("k8s.example.org:6443", "abc123", "0123456789abcdef", Certificates(Authority + "\n" + OtherRoot)), StringComparison.Ordinal);

    [Fact]
    public void K3s_PinsTheFile() => Assert.Equal(
        "k3s agent --server https://k8s.example.org:6443 --token K10e44d611a86c544d62002cbf5761c44f5d4cee5db86391b4424991979f94440b5::abc123.0123456789abcdef --node-name cellway-entry-abc123",
        JoinCommand.K3s("k8s.example.org:6443", "abc123", "0123456789abcdef", Certificates(Authority)));

    [Fact]
    public void K3s_SeveralAuthorities_PinsTheRoot() => Assert.Contains(
        "K106ceeea2c16659f8748641948fe128236c66b77494c0f76fde75f4fee89642d83::",
        JoinCommand.K3s("k8s.example.org:6443", "abc123", "0123456789abcdef", Certificates(Authority + "\n" + OtherRoot)), StringComparison.Ordinal);

    private static X509Certificate2Collection Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates;
    }
}
