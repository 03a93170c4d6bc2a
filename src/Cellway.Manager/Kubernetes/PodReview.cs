using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Cellway.Manager.Kubernetes;

/// <summary>Asks the cluster whose a ServiceAccount token is.</summary>
internal sealed class PodReview(IKubernetes api, KubernetesOptions options) : IDisposable
{
    /// <summary>How many tokens the cluster is asked about at once. Strangers may show tokens too: a flood of theirs must not become the cluster's.</summary>
    public const int AtOnce = 8;

    /// <summary>The audience of the projected token: one for the cluster's own API, or anything else, proves nothing here.</summary>
    public const string Audience = "cellway";

    private const string PodName = "authentication.kubernetes.io/pod-name";
    private const string PodUid = "authentication.kubernetes.io/pod-uid";

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <summary>The pod that the token is bound to; null when the token is not one of an Entry pod, or the pod has gone.</summary>
    /// <exception cref="HttpOperationException">The cluster refused to say.</exception>
    /// <exception cref="HttpRequestException">The cluster does not answer, or is asked about too many tokens already.</exception>
    public async Task<EntryPod?> ReviewAsync(string token, CancellationToken cancellationToken)
    {
        if (!await _turns.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new HttpRequestException("Too many tokens at once.");
        }

        try
        {
            return await AskAsync(token, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<EntryPod?> AskAsync(string token, CancellationToken cancellationToken)
    {
        var review = await api.AuthenticationV1.CreateTokenReviewAsync(
            new() { Spec = new() { Token = token, Audiences = [Audience] } }, cancellationToken: cancellationToken);
        return review.Status is { Authenticated: true, User: { } user } status
            && status.Audiences?.Contains(Audience) == true // a cluster that knows no audiences would accept any token
            && user.Username == $"system:serviceaccount:{options.Namespace}:{options.ServiceAccount}"
            && One(user, PodName) is { } name
            && One(user, PodUid) is { } uid
            && await FindAsync(name, cancellationToken) is { } pod
            && pod.Metadata.Uid == uid
            ? EntryPod.Of(pod)
            : null;
    }

    private async Task<V1Pod?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await api.CoreV1.ReadNamespacedPodAsync(name, options.Namespace, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static string? One(V1UserInfo user, string key) =>
        user.Extra?.TryGetValue(key, out var values) == true && values is [{ Length: > 0 } value] ? value : null;
}
