using Cellway.Model.Contracts;
using Google.Protobuf;
using Grpc.Core;

namespace Cellway.IntegrationTests.Node;

internal sealed class FakePhoneHome(FakeManagement management) : PhoneHome.PhoneHomeBase
{
    public override async Task Attach(
        IAsyncStreamReader<NodeMessage> requestStream, IServerStreamWriter<ManagementMessage> responseStream, ServerCallContext context)
    {
        var caller = management.Caller(context);
        using var stream = new FakeStream(caller, responseStream);
        management.Streams.Add(stream);
        await stream.RunAsync(requestStream, context.CancellationToken);
    }

    public override Task<ResolveReply> Resolve(ResolveRequest request, ServerCallContext context)
    {
        management.Caller(context);
        return Task.FromResult(management.Resolve(request));
    }

    public override async Task ResolveMany(
        IAsyncStreamReader<ResolveQuestion> requestStream, IServerStreamWriter<ResolveAnswer> responseStream, ServerCallContext context)
    {
        management.Caller(context);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var answer = new ResolveAnswer { Number = requestStream.Current.Number };
            try
            {
                var reply = management.Resolve(new() { CredentialHash = requestStream.Current.CredentialHash });
                answer.Targets.AddRange(reply.Targets);
                answer.MaxAddresses = reply.MaxAddresses;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
            {
                answer.Unknown = true;
            }

            await responseStream.WriteAsync(answer);
        }
    }

    public override async Task FetchMany(
        IAsyncStreamReader<SubscriptionQuestion> requestStream, IServerStreamWriter<SubscriptionAnswer> responseStream, ServerCallContext context)
    {
        management.Caller(context);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var (number, request) = (requestStream.Current.Number, requestStream.Current.Request);
            await responseStream.WriteAsync(new() { Number = number, Reply = new() { Status = 200, Body = request.Token.Length == 0 ? ByteString.Empty : ByteString.CopyFromUtf8(request.Token) } });
        }
    }
}
