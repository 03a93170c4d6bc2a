using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
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
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, NetworkViewFeed feed, FreshReads fresh, StateKeys keys, CurrentTrust trust, ReturningNodes returning, ReturningCertificates certificates, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "certificate";

    public const string IdClaim = "id";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Connection.ClientCertificate is not { } certificate)
        {
            return AuthenticateResult.NoResult();
        }

        var judgement = Judge(certificate, trust.For(feed.Current));
        if (judgement.Result.Identity is not { } identity)
        {
            return AuthenticateResult.Fail($"The certificate is refused: {judgement.Result.Rejection}.");
        }

        if (IsRecordUnreadable(certificate))
        {
            return AuthenticateResult.Fail("The certificate's record cannot be read: it might say that it is revoked.");
        }

        // The state knows every node that may call. A certificate whose node is gone, or has another key by now, is a leftover.
        if (identity.Role is Role.Core or Role.Entry
            && (await FindNodeAsync(certificate, identity) is not { } node
                || node.Role != identity.Role
                || node.State == NodeState.Revoked
                || node.KeyHash != judgement.KeyHash))
        {
            return AuthenticateResult.Fail("The certificate's node does not exist or has been revoked.");
        }

        await certificates.TakeInAsync(certificate, identity, Context.RequestAborted);
        return AuthenticateResult.Success(new(judgement.Principal!, SchemeName));
    }

    private bool IsRecordUnreadable(X509Certificate2 certificate) =>
        feed.Current.Unreadable is { Count: > 0 } unreadable
        && unreadable.Contains(StateKeys.Folders.Certificates + Convert.ToHexStringLower(certificate.SerialNumberBytes.Span));

    // The node may have enrolled with another replica a moment ago. Only holders of a certificate of this network get here.
    private async ValueTask<NodeRecord?> FindNodeAsync(X509Certificate2 certificate, Identity identity) =>
        feed.Current.Nodes.TryGetValue(identity.Id, out var known) ? known
        : await fresh.HasAsync(keys.Node(identity.Id), Context.RequestAborted) || await returning.TakeInAsync(certificate, identity, Context.RequestAborted)
            ? feed.Current.Nodes.GetValueOrDefault(identity.Id)
        : null;

    // A chain is built once per connection and trust, not once per request: it costs more than most requests do.
    private Judgement Judge(X509Certificate2 certificate, NetworkTrust now)
    {
        var items = Context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null
            && items.TryGetValue(typeof(Judgement), out var kept)
            && kept is Judgement judged
            && judged.Trust == now
            && time.GetUtcNow() < judged.Until)
        {
            return judged;
        }

        var result = now.Verify(certificate, null, PeerSide.Client, time, Role.Core, Role.Entry, Role.Operator);
        var judgement = new Judgement(
            now,
            result,
            new(certificate.NotAfter.ToUniversalTime()),
            PublicKeys.KeyHash(certificate).ToString(),
            result.Identity is { } identity
                ? new(new ClaimsIdentity([new(IdClaim, identity.Id), new(ClaimTypes.Role, RoleNames.Of(identity.Role))], SchemeName))
                : null);
        items?[typeof(Judgement)] = judgement;
        return judgement;
    }

    private sealed record Judgement(NetworkTrust Trust, TrustResult Result, DateTimeOffset Until, string KeyHash, ClaimsPrincipal? Principal);
}
