using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.Pki.Trust;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cellway.IntegrationTests.Node;

/// <summary>Management as a node sees it: the real contracts over real TLS, its answers set by the test.</summary>
internal sealed class FakeManagement : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeManagement(RootAuthority root, RootAuthority shownBy, Role role, int port)
    {
        Root = root;
        var key = NodeKey.New();
        CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _);
        var certificate = key.Attach(shownBy.Issue(new("net", role, "m1"), publicKey, TimeSpan.FromDays(1), TimeProvider.System));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.SslProtocols = SslProtocols.Tls13;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true; // each call checks for itself whom it serves
        })));
        _app = builder.Build();
        _app.MapGrpcService<FakeEnrollment>();
        _app.MapGrpcService<FakePhoneHome>();
    }

    public RootAuthority Root { get; }

    public string Endpoint { get; private set; } = "";

    /// <summary>What Roots answers with; the root of the network unless set.</summary>
    public RootAuthority? RootShown { get; set; }

    public Func<Credential, Credential> Enrolled { get; set; } = credential => credential;

    public Func<EnrollRequest, RpcException?> Refuse { get; set; } = _ => null;

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(90);

    public ConcurrentQueue<EnrollRequest> Enrollments { get; } = new();

    public ConcurrentQueue<X509Certificate2> Renewals { get; } = new();

    public BlockingCollection<FakeStream> Streams { get; } = [];

    public Func<ResolveRequest, ResolveReply> Resolve { get; set; } = _ => throw Fail(StatusCode.NotFound, "");

    public static async Task<FakeManagement> StartAsync(RootAuthority root, RootAuthority? shownBy = null, Role role = Role.Management, int port = 0)
    {
        var server = new FakeManagement(root, shownBy ?? root, role, port);
        await server._app.StartAsync();
        var address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Endpoint = $"127.0.0.1:{new Uri(address).Port}";
        return server;
    }

    public static RpcException Fail(StatusCode status, string code) =>
        new(new Status(status, "refused"), new Metadata { { "cellway-error", code } });

    public JoinToken NewToken(params string[] endpoints) => JoinToken.New(endpoints.Length > 0 ? endpoints : [Endpoint], Root.KeyHash);

    public Credential Issue(ByteString request, Role role, string id)
    {
        Assert.True(CertificateRequestReader.TryRead(request.Span, out var publicKey, out _));
        var identity = new Identity("net", role, id);
        using var leaf = Root.Issue(identity, publicKey, Lifetime, TimeProvider.System);
        return new()
        {
            Certificate = ByteString.CopyFrom(leaf.RawData),
            Roots = { ByteString.CopyFrom(Root.Certificate.RawData) },
            Identity = identity.ToString(),
            Management = { Endpoint },
        };
    }

    public Identity Caller(ServerCallContext context)
    {
        var trust = new NetworkTrust("net", [Root.Certificate], []);
        var result = trust.Verify(
            context.GetHttpContext().Connection.ClientCertificate, null, PeerSide.Client, TimeProvider.System, Role.Core, Role.Entry);
        return result.Identity ?? throw new RpcException(new Status(StatusCode.Unauthenticated, result.Rejection.ToString()));
    }

    public async Task<FakeStream> NextStreamAsync() =>
        await Task.Run(() => Streams.TryTake(out var stream, TimeSpan.FromSeconds(20)) ? stream : throw new TimeoutException("Nobody attached."));

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200)); // open streams are cut, as by a crash
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }
}
