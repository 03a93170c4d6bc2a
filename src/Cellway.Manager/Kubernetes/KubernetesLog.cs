using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Kubernetes;

/// <summary>Event ids 1900–1909.</summary>
internal sealed partial class KubernetesLog(ILogger<KubernetesLog> logger)
{
    [LoggerMessage(1900, LogLevel.Information, "Entry {Node} enrolled as pod {Pod}")]
    public partial void Enrolled(string node, string pod);

    [LoggerMessage(1901, LogLevel.Warning, "An enrollment was refused: the token is not one of an Entry pod")]
    public partial void NotAnEntryPod();

    [LoggerMessage(1902, LogLevel.Warning, "Pod {Pod} was refused: it has a certificate for another key, or has been revoked")]
    public partial void NotAdmitted(string pod);

    [LoggerMessage(1903, LogLevel.Warning, "The cluster could not be asked about a token ({Reason}): may this ServiceAccount create TokenReviews?")]
    public partial void NoReview(string reason);

    [LoggerMessage(1904, LogLevel.Warning, "The cluster's pods could not be listed ({Reason}): certificates of pods that have gone stay valid meanwhile")]
    public partial void NoPods(string reason);

    [LoggerMessage(1906, LogLevel.Error, "Entry pods cannot be admitted: there is no participant {Participant}; add it with “cellway participant add”")]
    public partial void NoParticipant(string participant);

    [LoggerMessage(1905, LogLevel.Information, "Revoked {Node}: its pod {Pod} has gone")]
    public partial void Gone(string node, string pod);
}
