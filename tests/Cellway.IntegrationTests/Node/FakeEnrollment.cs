using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;
using Grpc.Core;

namespace Cellway.IntegrationTests.Node;

internal sealed class FakeEnrollment(FakeManagement management) : Enrollment.EnrollmentBase
{
    public override Task<RootsReply> Roots(RootsRequest request, ServerCallContext context) =>
        Task.FromResult(new RootsReply
        {
            Root = ByteString.CopyFrom((management.RootShown ?? management.Root).Certificate.RawData),
        });

    public override Task<Credential> Enroll(EnrollRequest request, ServerCallContext context)
    {
        management.Enrollments.Enqueue(request);
        var role = request.Role == NodeRole.Core ? Role.Core : Role.Entry;
        return management.Refuse(request) is { } refusal
            ? throw refusal
            : Task.FromResult(management.Enrolled(management.Issue(request.CertificateRequest, role, "n1")));
    }

    public override Task<Credential> Renew(RenewRequest request, ServerCallContext context)
    {
        var caller = management.Caller(context);
        management.Renewals.Enqueue(context.GetHttpContext().Connection.ClientCertificate!);
        return Task.FromResult(management.Issue(request.CertificateRequest, caller.Role, caller.Id));
    }
}
