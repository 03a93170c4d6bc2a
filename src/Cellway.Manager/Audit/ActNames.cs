using Cellway.Model.Identities;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Audit;

/// <summary>What an endpoint does, in the words of the command line, from its method and path. A new endpoint has a name by itself.</summary>
internal static class ActNames
{
    /// <summary>Calls an endpoint by another name than the one it would have.</summary>
    public static void As(this RouteHandlerBuilder endpoint, string name) => endpoint.WithMetadata(new Named(name));

    /// <summary>Whether it may change something. Nodes' calls note what they do themselves.</summary>
    public static bool Changes(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is null
        && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.All(HttpMethods.IsGet) != true;

    /// <summary><c>POST /v1/nodes/{id}/revoke</c> is <c>node revoke</c>; <c>POST /v1/nodes</c> would be <c>node add</c>.</summary>
    public static string Of(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<Named>() is { } named)
        {
            return named.Name;
        }

        if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is { } call)
        {
            return $"call {call.Method.Name}";
        }

        var segments = SegmentsOf(endpoint);
        var words = segments.Where(s => !IsParameter(s)).ToArray();
        if (words.Length == 0)
        {
            return "call";
        }

        words[0] = words[0].TrimEnd('s');
        var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var first, ..] ? first : HttpMethods.Post;
        return VerbOf(method, endsInWord: segments.Length > 1 && !IsParameter(segments[^1])) is { } verb ? $"{string.Join(' ', words)} {verb}" : string.Join(' ', words);
    }

    /// <summary>The key of what the path names, <c>nodes/…</c>; <see langword="null"/> where it names nothing. What cannot be an id is not repeated.</summary>
    public static string? SubjectOf(HttpContext context, RouteEndpoint endpoint)
    {
        var ids = endpoint.RoutePattern.Parameters.Select(p => context.Request.RouteValues[p.Name] as string).Select(id => Names.IsId(id) ? id : "?").ToList();
        return ids.Count == 0 ? null : $"{SegmentsOf(endpoint)[0]}/{string.Join('/', ids)}";
    }

    private static string[] SegmentsOf(RouteEndpoint endpoint) =>
        [.. (endpoint.RoutePattern.RawText ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).SkipWhile(s => s == "v1")];

    private static bool IsParameter(string segment) => segment.StartsWith('{');

    private static string? VerbOf(string method, bool endsInWord) => method switch
    {
        "POST" => endsInWord ? null : "add",
        "PATCH" => "change",
        "PUT" => "set",
        "DELETE" => "remove",
        "GET" => "read",
        _ => method,
    };

    private sealed record Named(string Name);
}
