using System.Net;
using Cellway.Manager.Access;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Routing;
using Cellway.Manager.Subscriptions;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Cellway.Manager.Api;

/// <summary>What nodes may ask for, on the wire; each call goes straight to the feature that answers it.</summary>
internal sealed class PhoneHomeService(NetworkViewFeed feed, NodeStreams streams, RouteLookup routes, SubscriptionAnswers subscriptions, QuestionStreams questions)
    : Model.Contracts.PhoneHome.PhoneHomeBase
{
    [Authorize(AccessRules.Node)]
    public override Task Attach(
        IAsyncStreamReader<NodeMessage> requestStream, IServerStreamWriter<ManagementMessage> responseStream, ServerCallContext context)
    {
        var from = context.GetHttpContext().Connection.RemoteIpAddress ?? IPAddress.None;
        return streams.ServeAsync(CallerOf(context), from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from, requestStream, responseStream, context.CancellationToken);
    }

    [Authorize(AccessRules.Entry)]
    public override async Task<ResolveReply> Resolve(ResolveRequest request, ServerCallContext context) =>
        request.CredentialHash.Length == Hash256.Length && await routes.FindAsync(new(request.CredentialHash.Span), context.CancellationToken) is { } reply
            ? reply
            : throw new RpcException(new(StatusCode.NotFound, "no such device"));

    [Authorize(AccessRules.Entry)]
    public override Task ResolveMany(
        IAsyncStreamReader<ResolveQuestion> requestStream, IServerStreamWriter<ResolveAnswer> responseStream, ServerCallContext context) =>
        questions.ServeAsync(
            CallerOf(context), requestStream, responseStream, AnswerAsync, q => new() { Number = q.Number, Unavailable = true }, context.CancellationToken);

    [Authorize(AccessRules.Entry)]
    public override Task FetchMany(
        IAsyncStreamReader<SubscriptionQuestion> requestStream, IServerStreamWriter<SubscriptionAnswer> responseStream, ServerCallContext context) =>
        questions.ServeAsync(
            CallerOf(context), requestStream, responseStream, AnswerAsync, q => new() { Number = q.Number, Unavailable = true }, context.CancellationToken);

    private async ValueTask<StreamAnswer<ResolveAnswer>> AnswerAsync(ResolveQuestion question, CancellationToken cancellationToken)
    {
        var answer = new ResolveAnswer { Number = question.Number };
        if (question.CredentialHash.Length == Hash256.Length && await routes.FindAsync(new(question.CredentialHash.Span), cancellationToken) is { } reply)
        {
            answer.Targets.AddRange(reply.Targets);
            answer.MaxAddresses = reply.MaxAddresses;
        }
        else
        {
            answer.Unknown = true;
        }

        return new(answer);
    }

    private async ValueTask<StreamAnswer<SubscriptionAnswer>> AnswerAsync(SubscriptionQuestion question, CancellationToken cancellationToken) =>
        question.Request is { } request && await subscriptions.AnswerAsync(request, cancellationToken) is { } answer
            ? new(new() { Number = question.Number, Reply = answer.Reply }, answer.Lease)
            : new(new() { Number = question.Number, Unknown = true });

    // The caller was judged by a view that has it.
    private NodeRecord CallerOf(ServerCallContext context) => feed.Current.Nodes[RoleNames.IdOf(context.GetHttpContext().User)];
}
