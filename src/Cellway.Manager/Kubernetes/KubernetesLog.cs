using System.Globalization;
using k8s.Autorest;
using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Kubernetes;

/// <summary>Event ids 1900–1919.</summary>
internal sealed partial class KubernetesLog(ILogger<KubernetesLog> logger)
{
    /// <summary>Why a call of the cluster's API failed, in a word.</summary>
    public static string Reason(Exception e) =>
        e is HttpOperationException { Response.StatusCode: var status } ? string.Create(CultureInfo.InvariantCulture, $"{(int)status} {status}") : "no answer";

    [LoggerMessage(1900, LogLevel.Information, "Entry {Node} enrolled as pod {Pod}")]
    public partial void Enrolled(string node, string pod);

    [LoggerMessage(1901, LogLevel.Warning, "An enrollment was refused: the token is not one of an Entry pod")]
    public partial void NotAnEntryPod();

    [LoggerMessage(1902, LogLevel.Warning, "Pod {Pod} was refused: it has a certificate for another key, has been revoked, or its worker has no place here")]
    public partial void NotAdmitted(string pod);

    [LoggerMessage(1903, LogLevel.Warning, "The cluster could not be asked about a token ({Reason}): may this ServiceAccount create TokenReviews and read pods?")]
    public partial void NoReview(string reason);

    [LoggerMessage(1904, LogLevel.Warning, "The cluster did not answer as it should ({Reason}): pods that have gone stay valid, and workers wait, meanwhile")]
    public partial void NoPicture(string reason);

    [LoggerMessage(1905, LogLevel.Information, "Revoked {Node}: its pod {Pod} has gone")]
    public partial void Gone(string node, string pod);

    [LoggerMessage(1906, LogLevel.Error, "Entry pods cannot be admitted: there is no participant {Participant}; add it with “cellway participant add”")]
    public partial void NoParticipant(string participant);

    [LoggerMessage(1907, LogLevel.Information, "Worker {Node} of {Participant} has joined by its token")]
    public partial void WorkerCame(string node, string participant);

    [LoggerMessage(1908, LogLevel.Information, "Worker {Node} may carry Entries")]
    public partial void WorkerAdmitted(string node);

    [LoggerMessage(1909, LogLevel.Information, "Worker {Node} is cordoned, and its Entries go")]
    public partial void WorkerCordoned(string node);

    [LoggerMessage(1910, LogLevel.Warning, "Worker {Node} has gone from the cluster, or another machine has its name: a new one needs a new token")]
    public partial void WorkerGone(string node);

    [LoggerMessage(1911, LogLevel.Warning, "The cluster did not take a change for worker {Node} ({Reason}): may this ServiceAccount patch nodes, evict pods and delete Secrets in kube-system?")]
    public partial void WorkerFailed(string node, string reason);
}
