using System.Security.Claims;
using Cellway.Manager.Access;
using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Operators;

/// <summary>The admin API's operators.</summary>
internal static class OperatorEndpoints
{
    public static void MapOperators(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/operators", async (OperatorCertificates operators, TimeProvider time, CancellationToken cancellationToken) =>
            Show(await operators.ListAsync(cancellationToken), time));
        admin.MapPost("/operators", async (NewOperator wanted, OperatorCertificates operators, CancellationToken cancellationToken) =>
            Results.Json(Issued(await operators.AddAsync(wanted.Id, wanted.Request, cancellationToken)), AdminJson.Default.OperatorCertificate, statusCode: StatusCodes.Status201Created));
        admin.MapPost("/operators/renewal", RenewAsync).As("operator renew");
        admin.MapPost("/operators/{id}/revoke", RevokeAsync);
    }

    private static async Task<OperatorCertificate> RenewAsync(
        OperatorRenewal wanted, OperatorCertificates operators, ClaimsPrincipal caller, HttpContext context, CancellationToken cancellationToken) =>
        Issued(await operators.RenewAsync(RoleNames.IdOf(caller), PublicKeys.KeyHash(context.Connection.ClientCertificate!), wanted.Request, cancellationToken));

    private static async Task<IReadOnlyList<OperatorInfo>> RevokeAsync(
        string id, OperatorCertificates operators, ClaimsPrincipal caller, TimeProvider time, CancellationToken cancellationToken) =>
        id == RoleNames.IdOf(caller)
            ? throw AdminException.Conflict("Nobody revokes themselves, so that the network is never left without an operator: another operator does it (“cellway operator add”).")
            : Show(await operators.RevokeAsync(id, cancellationToken), time);

    private static OperatorCertificate Issued(CertificateRecord certificate) => new(IdOf(certificate), certificate.Der, certificate.NotAfter);

    private static IReadOnlyList<OperatorInfo> Show(IEnumerable<CertificateRecord> certificates, TimeProvider time) =>
    [
        .. certificates.GroupBy(IdOf).OrderBy(g => g.Min(c => c.IssuedAt)).Select(g =>
        {
            var newest = g.MaxBy(c => c.NotAfter)!;
            var state = g.All(c => c.RevokedAt is not null) ? "revoked" : newest.NotAfter <= time.GetUtcNow() ? "expired" : "active";
            return new OperatorInfo(g.Key, state, g.Min(c => c.IssuedAt), newest.NotAfter, g.Max(c => c.RevokedAt));
        }),
    ];

    private static string IdOf(CertificateRecord certificate) => Identity.TryParse(certificate.Identity, out var identity) ? identity.Id : "?";
}
