using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.State;
using Google.Protobuf;

namespace Cellway.Manager.Subscriptions;

/// <summary>Answers a subscription that an Entry relays.</summary>
internal sealed class SubscriptionAnswers(NetworkViewFeed feed, FreshReads fresh, StateKeys keys, TimeProvider time)
{
    /// <summary>The answer; <see langword="null"/> when the token belongs to no device that may connect.</summary>
    public async ValueTask<SubscriptionReply?> AnswerAsync(SubscriptionRequest request, CancellationToken cancellationToken)
    {
        if (request.Method is not ("GET" or "HEAD")
            || !SubscriptionToken.TryParse(request.Token, out var token))
        {
            return null;
        }

        // One that this replica does not know may have been made on another a moment ago.
        var hash = token.Hash();
        if ((feed.Current.Accounts.FindByToken(hash) is null && !await fresh.HasForStrangerAsync(keys.DeviceToken(hash), cancellationToken))
            || DeviceAccess.Of(feed.Current, token, time.GetUtcNow()) is not { } access)
        {
            return null;
        }

        var reply = new SubscriptionReply { Status = 200, Body = ByteString.CopyFrom(LinkList.Render(access)) };
        reply.Headers.Add(new Header { Name = "content-type", Value = LinkList.ContentType });
        reply.Headers.Add(new Header { Name = "cache-control", Value = "no-store" }); // it is a credential
        return reply;
    }
}
