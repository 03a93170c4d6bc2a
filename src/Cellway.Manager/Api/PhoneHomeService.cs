using System.Net;
using Cellway.Manager.Access;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Routing;
using Cellway.Manager.Subscriptions;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Cellway.Manager.Api;

/// <summary>What nodes may ask for, on the wire; each call goes straight to the feature that answers it.</summary>
internal sealed class PhoneHomeService(NetworkViewFeed feed, NodeStreams streams, RouteLookup routes, LookupStreams lookups, SubscriptionAnswers subscriptions)
    : Model.Contracts.PhoneHome.PhoneHomeBase
{
    [Authorize(AccessRules.Node)]
    public override Task Attach(
        IAsyncStreamReader<NodeMessage> requestStream, IServerStreamWriter<ManagementMessage> responseStream, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var node = feed.Current.Nodes[RoleNames.IdOf(http.User)]; // the caller was judged by a view that has it
        var from = http.Connection.RemoteIpAddress ?? IPAddress.None;
        return streams.ServeAsync(node, from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from, requestStream, responseStream, context.CancellationToken);
    }

    [Authorize(AccessRules.Entry)]
    public override async Task<ResolveReply> Resolve(ResolveRequest request, ServerCallContext context) =>
        request.CredentialHash.Length == Hash256.Length && await routes.FindAsync(new(request.CredentialHash.Span), context.CancellationToken) is { } reply
            ? reply
            : throw new RpcException(new(StatusCode.NotFound, "no such device"));

    [Authorize(AccessRules.Entry)]
    public override Task ResolveMany(
        IAsyncStreamReader<ResolveQuestion> requestStream, IServerStreamWriter<ResolveAnswer> responseStream, ServerCallContext context) =>
        lookups.ServeAsync(feed.Current.Nodes[RoleNames.IdOf(context.GetHttpContext().User)], requestStream, responseStream, context.CancellationToken);

    [Authorize(AccessRules.Entry)]
    public override async Task<SubscriptionReply> FetchSubscription(SubscriptionRequest request, ServerCallContext context)
    {
        if (await subscriptions.AnswerAsync(request, context.CancellationToken) is not { } answer)
        {
            throw new RpcException(new(StatusCode.NotFound, "no such subscription"));
        }

        if (answer.Lease is { } lease)
        {
            context.GetHttpContext().Response.RegisterForDispose(lease);
        }

        return answer.Reply;
    }
}
