using Cellway.Manager.Access;
using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Cellway.Manager.Enrollment;

/// <summary>Enrollment on the wire.</summary>
internal sealed class EnrollmentService(Enroller enroller, Renewer renewer, NetworkViewFeed feed, ManagementAddresses addresses, EnrollmentPace pace)
    : Model.Contracts.Enrollment.EnrollmentBase
{
    /// <summary>The trailer that tells a program why it was refused; the status message tells a person.</summary>
    public const string ErrorTrailer = "cellway-error";

    [Authorize(AccessRules.Nobody)]
    public override Task<RootsReply> Roots(RootsRequest request, ServerCallContext context)
    {
        foreach (var authority in feed.Current.Authorities.Values)
        {
            using var root = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(authority.Certificate);
            if (Pki.Trust.PublicKeys.KeyHash(root).ToArray().AsSpan().SequenceEqual(request.RootKeyHash.Span))
            {
                return Task.FromResult(new RootsReply { Root = ByteString.CopyFrom(authority.Certificate) });
            }
        }

        throw new RpcException(new(StatusCode.NotFound, "no such root"));
    }

    [Authorize(AccessRules.Nobody)]
    public override async Task<Credential> Enroll(EnrollRequest request, ServerCallContext context)
    {
        var role = request.Role switch
        {
            NodeRole.Core => Role.Core,
            NodeRole.Entry => Role.Entry,
            _ => throw new RpcException(new(StatusCode.InvalidArgument, "unknown role")),
        };
        var address = context.GetHttpContext().Connection.RemoteIpAddress;
        if (!pace.Allows(address, request.TokenId.Span))
        {
            throw new RpcException(new(StatusCode.ResourceExhausted, "refused too often; ask again in a minute"));
        }

        byte[] publicKey;
        try
        {
            publicKey = ReadKey(request.CertificateRequest);
        }
        catch (RpcException)
        {
            pace.Refused(address, request.TokenId.Span);
            throw;
        }

        var result = await enroller.EnrollAsync(
            Convert.ToHexStringLower(request.TokenId.Span), request.Secret.Memory, role, publicKey, context.CancellationToken);
        if (result.Fault != EnrollmentFault.None)
        {
            pace.Refused(address, request.TokenId.Span);
        }

        return result.Fault == EnrollmentFault.None ? Reply(result) : throw Refusal(result.Fault);
    }

    [Authorize(AccessRules.Node)]
    public override async Task<Credential> Renew(RenewRequest request, ServerCallContext context)
    {
        var publicKey = ReadKey(request.CertificateRequest);
        var http = context.GetHttpContext();
        return Reply(await renewer.RenewAsync(RoleNames.IdOf(http.User), http.Connection.ClientCertificate!, publicKey, context.CancellationToken));
    }

    private static byte[] ReadKey(ByteString request) =>
        CertificateRequestReader.TryRead(request.Span, out var publicKey, out var fault)
            ? publicKey
            : throw new RpcException(new(StatusCode.InvalidArgument, $"certificate request refused: {fault}"));

    private static RpcException Refusal(EnrollmentFault fault)
    {
        var (status, code, message) = fault switch
        {
            EnrollmentFault.Unknown => (StatusCode.PermissionDenied, "token-unknown", "This join token is not known here."),
            EnrollmentFault.Spent => (StatusCode.PermissionDenied, "token-spent", "This join token has been spent already."),
            EnrollmentFault.Revoked => (StatusCode.PermissionDenied, "token-revoked", "This join token was withdrawn by the operator."),
            EnrollmentFault.Expired => (StatusCode.PermissionDenied, "token-expired", "This join token has expired."),
            EnrollmentFault.KeyRevoked => (StatusCode.PermissionDenied, "key-revoked", "This node's key has been revoked."),
            EnrollmentFault.WrongRole => (StatusCode.PermissionDenied, "wrong-role", "This join token is for another kind of node."),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
        };
        return new(new(status, message), new Metadata { { ErrorTrailer, code } });
    }

    private Credential Reply(EnrollmentResult result)
    {
        using var certificate = result.Certificate!;
        return Credentials.Of(certificate, result.Identity!, feed.Current, addresses);
    }
}
