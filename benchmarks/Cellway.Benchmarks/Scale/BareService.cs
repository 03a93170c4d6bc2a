using Cellway.Model.Contracts;
using Google.Protobuf;
using Grpc.Core;

namespace Cellway.Benchmarks.Scale;

/// <summary>The same answers from a service that does nothing for them: what gRPC itself takes on this machine.</summary>
internal sealed class BareService : PhoneHome.PhoneHomeBase
{
    private static readonly WriteOptions More = new(WriteFlags.BufferHint);

    private static readonly ResolveReply Reply = new()
    {
        Targets =
        {
            Enumerable.Range(0, 3).Select(i => new CoreTarget
            {
                CoreId = "abcdefghijklmnop", Address = "192.0.2.1", Port = 443, ExitDomain = "exit.cell-0.example", CellId = "cell-0",
                CertificateKeyHash = ByteString.CopyFrom(new byte[32]), RouteId = ByteString.CopyFrom(new byte[16]),
            }),
        },
    };

    private static readonly ResolveReply Hello = new() { Targets = { new CoreTarget { CoreId = "hello" } } };

    /// <summary>Who asks for nothing is told hello.</summary>
    public override Task<ResolveReply> Resolve(ResolveRequest request, ServerCallContext context) => Task.FromResult(request.CredentialHash.IsEmpty ? Hello : Reply);

    public override async Task Attach(IAsyncStreamReader<NodeMessage> requestStream, IServerStreamWriter<ManagementMessage> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext())
        {
            if (requestStream.Current.Hello is not null)
            {
                await responseStream.WriteAsync(new() { Update = new() { Revision = 1 } });
            }
        }
    }

    public override async Task ResolveMany(IAsyncStreamReader<ResolveQuestion> requestStream, IServerStreamWriter<ResolveAnswer> responseStream, ServerCallContext context)
    {
        var next = requestStream.MoveNext();
        while (await next)
        {
            var answer = new ResolveAnswer { Number = requestStream.Current.Number, Targets = { Reply.Targets } };
            next = requestStream.MoveNext();
            responseStream.WriteOptions = next.IsCompletedSuccessfully ? More : WriteOptions.Default;
            await responseStream.WriteAsync(answer);
        }
    }
}
