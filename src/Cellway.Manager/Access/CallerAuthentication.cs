using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Pki.Trust;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cellway.Manager.Access;

/// <summary>Turns the client certificate of a connection into a caller. Nothing else in a request says who is calling.</summary>
/// <remarks>
/// TLS only proves that the peer holds the certificate's key; whether this network issued it, and whether it still counts, is
/// judged here on every request, so that a revocation also reaches connections that are already open.
/// </remarks>
internal sealed class CallerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, NetworkViewFeed feed, CurrentTrust trust, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "certificate";

    public const string IdClaim = "id";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Connection.ClientCertificate is not { } certificate)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var view = feed.Current;
        var verdict = Judge(certificate, trust.For(view));
        if (verdict.Identity is not { } identity)
        {
            return Task.FromResult(AuthenticateResult.Fail($"The certificate is refused: {verdict.Rejection}."));
        }

        // The state knows every node that may call. A certificate whose node is gone, or has another key by now, is a leftover.
        if (identity.Role is Role.Core or Role.Entry
            && (!view.Nodes.TryGetValue(identity.Id, out var node)
                || node.Role != identity.Role
                || node.State == NodeState.Revoked
                || node.KeyHash != PublicKeys.KeyHash(certificate).ToString()))
        {
            return Task.FromResult(AuthenticateResult.Fail("The certificate's node does not exist or has been revoked."));
        }

        var principal = new ClaimsPrincipal(new ClaimsIdentity(
            [new(IdClaim, identity.Id), new(ClaimTypes.Role, RoleNames.Of(identity.Role))], SchemeName));
        return Task.FromResult(AuthenticateResult.Success(new(principal, SchemeName)));
    }

    // A chain is built once per connection and trust, not once per request: it costs more than most requests do.
    private TrustResult Judge(X509Certificate2 certificate, NetworkTrust now)
    {
        var items = Context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null
            && items.TryGetValue(typeof(Judgement), out var kept)
            && kept is Judgement judged
            && judged.Trust == now
            && time.GetUtcNow() < judged.Until)
        {
            return judged.Result;
        }

        var result = now.Verify(certificate, null, PeerSide.Client, time, Role.Core, Role.Entry, Role.Operator);
        items?[typeof(Judgement)] = new Judgement(now, result, new(certificate.NotAfter.ToUniversalTime()));
        return result;
    }

    private sealed record Judgement(NetworkTrust Trust, TrustResult Result, DateTimeOffset Until);
}
