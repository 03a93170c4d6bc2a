using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.Access;
using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Enrollment;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Grpc.Core;
using k8s.Autorest;
using Microsoft.AspNetCore.Authorization;

namespace Cellway.Manager.Kubernetes;

/// <summary>Enrollment of Entry pods on the wire. Every refusal is the same to the caller; the log says which it was.</summary>
internal sealed class PodEnrollmentService(PodReview review, PodEnroller enroller, NetworkViewFeed feed, ManagementAddresses addresses, EnrollmentPace pace, Refusals refusals, KubernetesLog log)
    : PodEnrollment.PodEnrollmentBase
{
    private const int MaxToken = 16 * 1024; // characters; real ones have about a thousand

    [Authorize(AccessRules.Nobody)]
    public override async Task<Credential> Enroll(EnrollPodRequest request, ServerCallContext context)
    {
        var address = context.GetHttpContext().Connection.RemoteIpAddress;
        var token = SHA256.HashData(Encoding.UTF8.GetBytes(request.ServiceAccountToken));
        if (!pace.Allows(address, token))
        {
            throw new RpcException(new(StatusCode.ResourceExhausted, "refused too often; ask again in a minute"));
        }

        if (request.ServiceAccountToken.Length is 0 or > MaxToken || !CertificateRequestReader.TryRead(request.CertificateRequest.Span, out var publicKey, out _))
        {
            pace.Refused(address, token);
            throw new RpcException(new(StatusCode.InvalidArgument, "a ServiceAccount token and a certificate request"));
        }

        if (await ReviewAsync(request.ServiceAccountToken, context.CancellationToken) is not { } pod)
        {
            pace.Refused(address, token);
            refusals.CountStranger();
            log.NotAnEntryPod();
            throw Refused();
        }

        if (await enroller.EnrollAsync(pod, publicKey, context.CancellationToken) is not var (certificate, identity))
        {
            pace.Refused(address, token);
            await refusals.RecordAsync(Actors.Pod(pod.Identity.Name), "node enroll", StateKeys.Folders.Nodes + PodEnroller.IdOf(pod.Identity), "refused");
            log.NotAdmitted(pod.Identity.Name);
            throw Refused();
        }

        using (certificate)
        {
            log.Enrolled(identity.Id, pod.Identity.Name);
            return Credentials.Of(certificate, identity, feed.Current, addresses);
        }
    }

    private async Task<EntryPod?> ReviewAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await review.ReviewAsync(token, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or HttpOperationException)
        {
            log.NoReview(KubernetesLog.Reason(e));
            throw new RpcException(new(StatusCode.Unavailable, "the cluster cannot be asked now"));
        }
    }

    private static RpcException Refused() => new(new(StatusCode.PermissionDenied, "this pod is not admitted"), new Metadata { { "cellway-error", "pod-refused" } });
}
