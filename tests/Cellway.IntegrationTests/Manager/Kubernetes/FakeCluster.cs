using System.Collections.Concurrent;
using System.Net;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cellway.IntegrationTests.Manager.Kubernetes;

/// <summary>An HTTPS server that speaks the part of the Kubernetes API that management calls, as a cluster would.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private const string Right = "management's own token";

    private readonly WebApplication _app;

    private FakeCluster(WebApplication app) => _app = app;

    /// <summary>ServiceAccount tokens that this cluster has made, and what a review says of them.</summary>
    public ConcurrentDictionary<string, V1TokenReviewStatus> Tokens { get; } = new();

    /// <summary>The pods of the namespace, by uid.</summary>
    public ConcurrentDictionary<string, V1Pod> Pods { get; } = new();

    /// <summary>What the API answers to everything; null: what it should.</summary>
    public HttpStatusCode? Failing { get; set; }

    /// <summary>Every method and path that was called.</summary>
    public ConcurrentBag<string> Calls { get; } = [];

    public KubernetesClientConfiguration Api => new()
    {
        Host = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(),
        AccessToken = Right,
        SkipTlsVerify = true,
    };

    public static async Task<FakeCluster> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = new DataPlane.TestCertificates().Web("kubernetes.default.svc");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var cluster = new FakeCluster(builder.Build());
        cluster.Map();
        await cluster._app.StartAsync(TestContext.Current.CancellationToken);
        return cluster;
    }

    /// <summary>A pod that runs, and the ServiceAccount token that is projected into it.</summary>
    public string AddPod(string uid, string name = "entry-1", string account = "system:serviceaccount:cellway:cellway-entry", string audience = "cellway", bool bound = true)
    {
        Pods[uid] = new() { Metadata = new() { Name = name, NamespaceProperty = "cellway", Uid = uid }, Status = new() { Phase = "Running" } };
        var token = $"token of {uid}";
        var extra = new Dictionary<string, IList<string>>
        {
            ["authentication.kubernetes.io/pod-name"] = [name],
            ["authentication.kubernetes.io/pod-uid"] = [uid],
        };
        Tokens[token] = new() { Authenticated = true, Audiences = [audience], User = new() { Username = account, Extra = bound ? extra : null } };
        return token;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private void Map()
    {
        _app.Use(async (context, next) =>
        {
            Calls.Add($"{context.Request.Method} {context.Request.Path}");
            context.Response.StatusCode = (int)(context.Request.Headers.Authorization != $"Bearer {Right}" ? HttpStatusCode.Unauthorized : Failing ?? HttpStatusCode.OK);
            if (context.Response.StatusCode == 200)
            {
                await next();
            }
        });
        _app.MapPost("/apis/authentication.k8s.io/v1/tokenreviews", async (HttpContext context) =>
        {
            using var body = new StreamReader(context.Request.Body);
            var review = KubernetesJson.Deserialize<V1TokenReview>(await body.ReadToEndAsync(context.RequestAborted));
            var known = Tokens.GetValueOrDefault(review.Spec.Token);
            review.Status = known is not null && known.Audiences.Intersect(review.Spec.Audiences).Any() ? known : new() { Authenticated = false, Error = "not for this audience" };
            await WriteAsync(context, review, StatusCodes.Status201Created);
        });
        _app.MapGet("/api/v1/namespaces/cellway/pods", (HttpContext context) => WriteAsync(
            context, new V1PodList { ApiVersion = "v1", Kind = "PodList", Metadata = new() { ResourceVersion = "1" }, Items = [.. Pods.Values] }, StatusCodes.Status200OK));
    }

    private static Task WriteAsync(HttpContext context, object body, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(KubernetesJson.Serialize(body));
    }
}
