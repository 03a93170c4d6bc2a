using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using k8s;
using k8s.Autorest;

namespace Cellway.Manager.Kubernetes;

/// <summary>The cluster's bootstrap tokens, in the form of kubeadm and k3s: Secrets of kube-system.</summary>
internal sealed class BootstrapTokens(IKubernetes api)
{
    private const string Where = "kube-system";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static string NewId() => RandomNumberGenerator.GetString(Alphabet, 6);

    public static string NewSecret() => RandomNumberGenerator.GetString(Alphabet, 16);

    /// <summary>Makes one.</summary>
    /// <exception cref="HttpOperationException">The cluster refuses.</exception>
    /// <exception cref="HttpRequestException">The cluster does not answer.</exception>
    public Task CreateAsync(string id, string secret, DateTimeOffset expires, bool isK3s, CancellationToken cancellationToken) => api.CoreV1.CreateNamespacedSecretAsync(
        new()
        {
            ApiVersion = "v1",
            Kind = "Secret",
            Metadata = new() { Name = NameOf(id), NamespaceProperty = Where },
            Type = "bootstrap.kubernetes.io/token",
            StringData = new Dictionary<string, string>
            {
                ["token-id"] = id,
                ["token-secret"] = secret,
                ["expiration"] = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["usage-bootstrap-authentication"] = "true",
                ["usage-bootstrap-signing"] = "true",
                ["auth-extra-groups"] = $"system:bootstrappers:{(isK3s ? "k3s" : "kubeadm")}:default-node-token",
                ["description"] = "One Entry worker of Cellway",
            },
        },
        Where,
        cancellationToken: cancellationToken);

    /// <summary>Takes one away; whether it is there or not.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await api.CoreV1.DeleteNamespacedSecretAsync(NameOf(id), Where, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // The cluster removes expired ones itself.
        }
    }

    private static string NameOf(string id) => $"bootstrap-token-{id}";
}
