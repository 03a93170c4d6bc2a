using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Google.Protobuf;

namespace Cellway.Manager.Subscriptions;

/// <summary>Answers a subscription that an Entry relays.</summary>
internal sealed class SubscriptionAnswers(NetworkViewFeed feed, TimeProvider time)
{
    /// <summary>The answer; <see langword="null"/> when the token belongs to no device that may connect.</summary>
    public SubscriptionReply? Answer(SubscriptionRequest request)
    {
        if (request.Method is not ("GET" or "HEAD")
            || !SubscriptionToken.TryParse(request.Token, out var token)
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
