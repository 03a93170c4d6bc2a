using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cellway.IntegrationTests.Manager;

/// <summary>What nodes may call, over one connection.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Enrollment.EnrollmentClient _enrollment;
    private readonly PhoneHome.PhoneHomeClient _phoneHome;

    public NodeClient(string endpoint, X509Certificate2? certificate)
    {
        _channel = GrpcChannel.ForAddress($"https://{endpoint}", new() { HttpHandler = TestHttp.Handler(certificate), DisposeHttpClient = true });
        _enrollment = new(_channel);
        _phoneHome = new(_channel);
    }

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    public Task<RootsReply> RootsAsync(RootsRequest request) => _enrollment.RootsAsync(request, cancellationToken: Limit).ResponseAsync;

    public Task<Credential> EnrollAsync(EnrollRequest request) => _enrollment.EnrollAsync(request, cancellationToken: Limit).ResponseAsync;

    public Task<Credential> RenewAsync(RenewRequest request) => _enrollment.RenewAsync(request, cancellationToken: Limit).ResponseAsync;

    public Task<ResolveReply> ResolveAsync(ResolveRequest request) => _phoneHome.ResolveAsync(request, cancellationToken: Limit).ResponseAsync;

    public AsyncDuplexStreamingCall<ResolveQuestion, ResolveAnswer> ResolveMany() => _phoneHome.ResolveMany(cancellationToken: Limit);

    public AsyncDuplexStreamingCall<SubscriptionQuestion, SubscriptionAnswer> FetchMany() => _phoneHome.FetchMany(cancellationToken: Limit);

    /// <summary>One question on a stream of its own.</summary>
    public async Task<SubscriptionReply> FetchSubscriptionAsync(SubscriptionRequest request)
    {
        using var call = FetchMany();
        await call.RequestStream.WriteAsync(new() { Number = 1, Request = request }, Limit);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Limit));
        var answer = call.ResponseStream.Current;
        Assert.False(await call.ResponseStream.MoveNext(Limit));
        return answer.Unknown ? throw new RpcException(new(StatusCode.NotFound, "no such subscription")) : answer.Reply;
    }

    /// <summary>Attaches and says hello.</summary>
    public async Task<AttachedStream> AttachAsync(Hello? hello = null)
    {
        var stream = new AttachedStream(_phoneHome.Attach(cancellationToken: Limit));
        try
        {
            await stream.SendAsync(new() { Hello = hello ?? NewHello() });
        }
        catch (RpcException)
        {
            // Refused before it said hello: reading the stream tells why.
        }

        return stream;
    }

    public static Hello NewHello(int port = 9443) => new() { SoftwareVersion = "1.2.3", Port = (uint)port };

    public void Dispose() => _channel.Dispose();
}
