using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Kubernetes;

/// <summary>The one line by which a machine joins the cluster. It pins the cluster's authority: whoever stands between gets no token.</summary>
internal static class JoinCommand
{
    /// <summary>For clusters that kubeadm has made.</summary>
    /// <param name="api">Where the machine reaches the cluster's API, host:port.</param>
    /// <param name="id">The token's public half.</param>
    /// <param name="secret">Its other half.</param>
    /// <param name="authorities">Of the cluster.</param>
    public static string Kubeadm(string api, string id, string secret, X509Certificate2Collection authorities) =>
        $"kubeadm join {api} --token {id}.{secret} {string.Join(' ', authorities.Select(a => $"--discovery-token-ca-cert-hash sha256:{Hash(a.PublicKey.ExportSubjectPublicKeyInfo())}"))} --node-name {WorkerRecord.NodeNameOf(id)}";

    /// <summary>For k3s. Its tokens have the hash of the authority's PEM file, or of the last certificate itself when there are several (docs.k3s.io, cli/token).</summary>
    /// <inheritdoc cref="Kubeadm"/>
    public static string K3s(string api, string id, string secret, X509Certificate2Collection authorities)
    {
        var hash = authorities is [var only] ? Hash(Encoding.ASCII.GetBytes(only.ExportCertificatePem() + "\n")) : Hash(authorities[^1].RawData);
        return $"k3s agent --server https://{api} --token K10{hash}::{id}.{secret} --node-name {WorkerRecord.NodeNameOf(id)}";
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
