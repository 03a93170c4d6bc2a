using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
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
    private readonly X509Certificate2 _authority;

    private FakeCluster(WebApplication app, X509Certificate2 authority)
    {
        _app = app;
        _authority = authority;
    }

    /// <summary>ServiceAccount tokens that this cluster has made, and what a review says of them.</summary>
    public ConcurrentDictionary<string, V1TokenReviewStatus> Tokens { get; } = new();

    /// <summary>The pods, by uid.</summary>
    public ConcurrentDictionary<string, V1Pod> Pods { get; } = new();

    /// <summary>The nodes, by name.</summary>
    public ConcurrentDictionary<string, V1Node> Nodes { get; } = new();

    /// <summary>The Secrets of kube-system, by name.</summary>
    public ConcurrentDictionary<string, V1Secret> Secrets { get; } = new();

    /// <summary>What the API answers to everything; null: what it should.</summary>
    public HttpStatusCode? Failing { get; set; }

    /// <summary>What the API answers to whoever makes or deletes Secrets; null: what it should.</summary>
    public HttpStatusCode? FailingSecrets { get; set; }

    /// <summary>What reviews of tokens wait for.</summary>
    public Task Reviews { get; set; } = Task.CompletedTask;

    /// <summary>How many evictions a disruption budget still refuses.</summary>
    public int RefusedEvictions { get; set; }

    public string Version { get; set; } = "v1.33.4";

    /// <summary>Every method and path that was called.</summary>
    public ConcurrentBag<string> Calls { get; } = [];

    public KubernetesClientConfiguration Api => new()
    {
        Host = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(),
        AccessToken = Right,
        SkipTlsVerify = true,
        SslCaCerts = [_authority],
    };

    public static async Task<FakeCluster> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        var certificate = new DataPlane.TestCertificates().Web("kubernetes.default.svc");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var cluster = new FakeCluster(builder.Build(), certificate);
        cluster.Map();
        await cluster._app.StartAsync(TestContext.Current.CancellationToken);
        return cluster;
    }

    /// <summary>A pod that runs, and the ServiceAccount token that is projected into it.</summary>
    public string AddPod(
        string uid, string name = "entry-1", string account = "system:serviceaccount:cellway:cellway-entry", string audience = "cellway", bool bound = true, string? node = null)
    {
        Pods[uid] = new()
        {
            Metadata = new() { Name = name, NamespaceProperty = "cellway", Uid = uid },
            Spec = new() { NodeName = node },
            Status = new() { Phase = "Running", HostIPs = node is null ? null : [.. Nodes[node].Status.Addresses.Where(a => a.Type == "InternalIP").Select(a => new V1HostIP { Ip = a.Address })] },
        };
        return AddToken($"token of {uid}", name, uid, account, audience, bound);
    }

    /// <summary>A machine whose kubelet has registered itself.</summary>
    public V1Node AddNode(string name, string uid, string inside = "10.0.0.7", string? outside = null, DateTime? created = null)
    {
        List<V1NodeAddress> addresses = [new() { Type = "Hostname", Address = name }, new() { Type = "InternalIP", Address = inside }];
        if (outside is not null)
        {
            addresses.Add(new() { Type = "ExternalIP", Address = outside });
        }

        return Nodes[name] = new()
        {
            Metadata = new() { Name = name, Uid = uid, CreationTimestamp = created ?? DateTime.UtcNow, Labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = name } },
            Spec = new(),
            Status = new() { Addresses = addresses },
        };
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private string AddToken(string token, string name, string uid, string account, string audience, bool bound)
    {
        var extra = new Dictionary<string, IList<string>>
        {
            ["authentication.kubernetes.io/pod-name"] = [name],
            ["authentication.kubernetes.io/pod-uid"] = [uid],
        };
        Tokens[token] = new() { Authenticated = true, Audiences = [audience], User = new() { Username = account, Extra = bound ? extra : null } };
        return token;
    }

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
        _app.MapGet("/version", context => WriteAsync(context, new { gitVersion = Version, major = "1", minor = "33" }));
        MapAccounts();
        MapPods();
        MapNodes();
        MapSecrets();
    }

    private void MapAccounts()
    {
        _app.MapPost("/apis/authentication.k8s.io/v1/tokenreviews", async (HttpContext context) =>
        {
            var review = await ReadAsync<V1TokenReview>(context);
            await Reviews.WaitAsync(context.RequestAborted);
            var known = Tokens.GetValueOrDefault(review.Spec.Token);
            review.Status = known is not null && known.Audiences.Intersect(review.Spec.Audiences).Any() ? known : new() { Authenticated = false, Error = "not for this audience" };
            await WriteAsync(context, review, StatusCodes.Status201Created);
        });
        _app.MapPost("/api/v1/namespaces", async (HttpContext context) => await WriteAsync(context, await ReadAsync<V1Namespace>(context), StatusCodes.Status201Created));
        _app.MapDelete("/api/v1/namespaces/{ns}", (HttpContext context) => WriteAsync(context, new { kind = "Status", status = "Success" }));
        _app.MapPost("/api/v1/namespaces/{ns}/serviceaccounts", async (HttpContext context) => await WriteAsync(context, await ReadAsync<V1ServiceAccount>(context), StatusCodes.Status201Created));
        _app.MapPost("/api/v1/namespaces/{ns}/serviceaccounts/{account}/token", async (HttpContext context, string ns, string account) =>
        {
            var request = await ReadAsync<Authenticationv1TokenRequest>(context);
            var (pod, token) = (Pods.Values.Single(p => p.Metadata.Name == request.Spec.BoundObjectRef.Name), Guid.NewGuid().ToString());
            AddToken(token, pod.Metadata.Name, pod.Metadata.Uid, $"system:serviceaccount:{ns}:{account}", request.Spec.Audiences.Single(), bound: true);
            request.Status = new() { Token = token, ExpirationTimestamp = DateTime.UtcNow.AddHours(1) };
            await WriteAsync(context, request, StatusCodes.Status201Created);
        });
    }

    private void MapPods()
    {
        _app.MapGet("/api/v1/namespaces/{ns}/pods", (HttpContext context, string ns) => WriteAsync(
            context, new V1PodList { ApiVersion = "v1", Kind = "PodList", Metadata = new() { ResourceVersion = "1" }, Items = [.. Pods.Values.Where(p => p.Metadata.NamespaceProperty == ns)] }));
        _app.MapGet("/api/v1/namespaces/{ns}/pods/{name}", (HttpContext context, string ns, string name) => Find(ns, name) is { } pod ? WriteAsync(context, pod) : NoneAsync(context));
        _app.MapPost("/api/v1/namespaces/{ns}/pods", async (HttpContext context, string ns) =>
        {
            var pod = await ReadAsync<V1Pod>(context);
            (pod.Metadata.NamespaceProperty, pod.Metadata.Uid, pod.Status) = (ns, Guid.NewGuid().ToString(), new() { Phase = "Pending" });
            await WriteAsync(context, Pods[pod.Metadata.Uid] = pod, StatusCodes.Status201Created);
        });
        _app.MapDelete("/api/v1/namespaces/{ns}/pods/{name}", (HttpContext context, string ns, string name) => TakeAsync(context, ns, name));
        _app.MapPost("/api/v1/namespaces/{ns}/pods/{name}/eviction", (HttpContext context, string ns, string name) =>
        {
            if (RefusedEvictions == 0)
            {
                return TakeAsync(context, ns, name);
            }

            RefusedEvictions--;
            return WriteAsync(context, new { kind = "Status", status = "Failure", reason = "TooManyRequests" }, StatusCodes.Status429TooManyRequests);
        });
    }

    private void MapNodes()
    {
        _app.MapGet("/api/v1/nodes", (HttpContext context) => WriteAsync(
            context, new V1NodeList { ApiVersion = "v1", Kind = "NodeList", Metadata = new() { ResourceVersion = "1" }, Items = [.. Nodes.Values] }));
        _app.MapPatch("/api/v1/nodes/{name}", async (HttpContext context, string name) =>
        {
            Assert.StartsWith("application/strategic-merge-patch+json", context.Request.ContentType, StringComparison.Ordinal);
            var (patch, node) = (await ReadAsync<V1Node>(context), Nodes[name]);
            if (patch.Metadata.Uid != node.Metadata.Uid)
            {
                await WriteAsync(context, new { kind = "Status", status = "Failure" }, StatusCodes.Status409Conflict);
                return;
            }

            foreach (var (label, value) in patch.Metadata.Labels)
            {
                if (value is null)
                {
                    node.Metadata.Labels.Remove(label);
                }
                else
                {
                    node.Metadata.Labels[label] = value;
                }
            }

            node.Spec.Taints = [.. (node.Spec.Taints ?? []).Where(t => patch.Spec.Taints?.Any(p => p.Key == t.Key) != true), .. patch.Spec.Taints ?? []];
            node.Spec.Unschedulable = patch.Spec.Unschedulable ?? node.Spec.Unschedulable;
            await WriteAsync(context, node);
        });
    }

    private void MapSecrets()
    {
        _app.MapPost("/api/v1/namespaces/kube-system/secrets", async (HttpContext context) =>
        {
            var secret = await ReadAsync<V1Secret>(context);
            if (FailingSecrets is { } failing)
            {
                await WriteAsync(context, new { kind = "Status", status = "Failure" }, (int)failing);
            }
            else
            {
                await WriteAsync(context, Secrets[secret.Metadata.Name] = secret, StatusCodes.Status201Created);
            }
        });
        _app.MapDelete("/api/v1/namespaces/kube-system/secrets/{name}", (HttpContext context, string name) =>
            FailingSecrets is { } failing ? WriteAsync(context, new { kind = "Status", status = "Failure" }, (int)failing)
            : Secrets.TryRemove(name, out _) ? WriteAsync(context, new { kind = "Status", status = "Success" }) : NoneAsync(context));
    }

    private V1Pod? Find(string ns, string name) => Pods.Values.SingleOrDefault(p => p.Metadata.NamespaceProperty == ns && p.Metadata.Name == name);

    private Task TakeAsync(HttpContext context, string ns, string name) =>
        Find(ns, name) is { } pod && Pods.TryRemove(pod.Metadata.Uid, out _) ? WriteAsync(context, pod) : NoneAsync(context);

    private static Task NoneAsync(HttpContext context) => WriteAsync(context, new { kind = "Status", status = "Failure", reason = "NotFound" }, StatusCodes.Status404NotFound);

    private static async Task<T> ReadAsync<T>(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        return KubernetesJson.Deserialize<T>(await body.ReadToEndAsync(context.RequestAborted));
    }

    private static Task WriteAsync(HttpContext context, object body, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(KubernetesJson.Serialize(body));
    }
}
