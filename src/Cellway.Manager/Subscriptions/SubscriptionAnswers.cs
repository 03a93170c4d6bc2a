using Cellway.Manager.Routing;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.Subscriptions.Apps;
using Cellway.Manager.Subscriptions.Choice;
using Cellway.Manager.Subscriptions.Formats;
using Cellway.Manager.Subscriptions.Page;
using Cellway.Manager.Subscriptions.Rendering;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.State;

namespace Cellway.Manager.Subscriptions;

/// <summary>Answers a subscription that an Entry relays.</summary>
internal sealed class SubscriptionAnswers(
    NetworkViewFeed feed, FreshReads fresh, StateKeys keys, IAllowances allowances, AppCounter apps, TokenPace pace, TimeProvider time)
{
    private const int MostOwnHeaders = 6; // etag, usage, page, and what apps that are counted are told

    private readonly Templates _templates = new();

    /// <summary>The answer; <see langword="null"/> when the token is nobody's.</summary>
    public async ValueTask<LeasedReply?> AnswerAsync(SubscriptionRequest request, CancellationToken cancellationToken)
    {
        if (request.Method is not ("GET" or "HEAD")
            || !SubscriptionToken.TryParse(request.Token, out var token))
        {
            return null;
        }

        // One that this replica does not know may have been made on another a moment ago.
        var hash = token.Hash();
        var found = feed.Current.Accounts.FindByToken(hash);
        if (found is null && await fresh.HasForStrangerAsync(keys.DeviceToken(hash), cancellationToken))
        {
            found = feed.Current.Accounts.FindByToken(hash);
        }

        var now = time.GetUtcNow();
        var view = feed.Current;
        if (found is not { Disabled: false } device || !IsUserKnown(view, device) || allowances.Of(device) is var allowance && allowance.IsForgotten(now))
        {
            return null;
        }

        if (FormatChoice.Of(request, view.Network!.Subscriptions is { XrayJson: true }) is not { } format)
        {
            return null;
        }

        if (!pace.TryTake(hash))
        {
            return new(TooMany());
        }

        var notice = allowance.Judge(now);
        if (notice == AccessNotice.None && !RoutePlan.IsAdmitted(view, device))
        {
            notice = device.UserAllowed ? AccessNotice.NoPath : AccessNotice.Expired;
        }

        if (format.Format == SubscriptionFormat.Page)
        {
            var access = DeviceAccess.Of(view, device.Cell, _templates.VariantOf(view, device, now), notice, DeviceSecrets.Of(token, allowance), now);
            return new(PageAnswer.Of(view, device, access, allowance, request, now));
        }

        if (notice == AccessNotice.None && allowance.MaxApps is { } most && !await apps.AdmitAsync(device.Id, request.Hwid, most, cancellationToken))
        {
            notice = AccessNotice.TooManyApps;
        }

        var template = _templates.Get(view, new(device.Cell, _templates.VariantOf(view, device, now), format, notice), now);
        return Answer(template, DeviceSecrets.Of(token, allowance), request, allowance.MaxApps, notice);
    }

    /// <summary>Whether its user is there and not refused; one whose time is over is told so.</summary>
    private static bool IsUserKnown(NetworkView view, in DeviceRow device) =>
        device.UserAllowed || view.Accounts.FindUser(device.User) is { Disabled: false };

    private static LeasedReply Answer(Template template, DeviceSecrets secrets, SubscriptionRequest request, int? maxApps, AccessNotice notice)
    {
        var coding = Codings.Choose(request.AcceptEncoding, template.MaxLength(secrets));
        var tag = EntityTag.Of(template, secrets, coding);
        var reply = new SubscriptionReply { Status = 200 };
        reply.Headers.Capacity = template.Headers.Count + MostOwnHeaders;
        reply.Headers.AddRange(template.Headers);
        reply.Headers.Add(new Header { Name = "etag", Value = tag });
        reply.Headers.Add(new Header { Name = DocumentHeaders.UsageName, Value = secrets.Usage });
        if (template.WebPage is { } page)
        {
            reply.Headers.Add(new Header { Name = "profile-web-page-url", Value = string.Concat(page, secrets.Token) });
        }

        if (maxApps is not null)
        {
            AddAppHeaders(reply, isNamed: request.Hwid.Length > 0, notice == AccessNotice.TooManyApps);
        }

        if (EntityTag.Matches(request.IfNoneMatch, tag))
        {
            reply.Status = 304;
            return new(reply);
        }

        var body = RentedBody.Of(template, secrets);
        reply.Body = body.Bytes;
        reply.Coding = coding;
        return new(reply, body);
    }

    private static void AddAppHeaders(SubscriptionReply reply, bool isNamed, bool isFull)
    {
        reply.Headers.Add(new Header { Name = isNamed ? "x-hwid-active" : "x-hwid-not-supported", Value = "true" });
        if (isFull)
        {
            reply.Headers.Add(new Header { Name = "x-hwid-max-devices-reached", Value = "true" });
            reply.Headers.Add(new Header { Name = "x-hwid-limit", Value = "true" });
        }
    }

    private static SubscriptionReply TooMany()
    {
        var reply = new SubscriptionReply { Status = 429 };
        reply.Headers.Add(new Header { Name = "retry-after", Value = TokenPace.RetryAfterSeconds });
        reply.Headers.Add(new Header { Name = "cache-control", Value = "no-store" });
        return reply;
    }
}
