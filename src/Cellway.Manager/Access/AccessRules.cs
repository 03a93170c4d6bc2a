using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Cellway.Manager.Access;

/// <summary>Who may call what. An endpoint that names no rule is refused to everybody.</summary>
internal static class AccessRules
{
    /// <summary>Anybody who reaches the listener for nodes: the request itself must prove something (a join token).</summary>
    public const string Nobody = "nobody";

    /// <summary>A Core or an Entry, for itself.</summary>
    public const string Node = "node";

    /// <summary>An Entry.</summary>
    public const string Entry = "entry";

    /// <summary>An operator, on the admin listener only.</summary>
    public const string Operator = "operator";

    public static void Configure(AuthorizationOptions options)
    {
        options.AddPolicy(Nobody, p => p.RequireAssertion(c => Is(c, Listener.Nodes)));
        options.AddPolicy(Node, p => p.RequireAssertion(c => Is(c, Listener.Nodes)).RequireRole(RoleNames.Core, RoleNames.Entry));
        options.AddPolicy(Entry, p => p.RequireAssertion(c => Is(c, Listener.Nodes)).RequireRole(RoleNames.Entry));
        options.AddPolicy(Operator, p => p.RequireAssertion(c => Is(c, Listener.Admin)).RequireRole(RoleNames.Operator));

        var refuse = new AuthorizationPolicyBuilder(CallerAuthentication.SchemeName).RequireAssertion(_ => false).Build();
        options.DefaultPolicy = refuse;
        options.FallbackPolicy = refuse;
    }

    private static bool Is(AuthorizationHandlerContext context, Listener listener) =>
        context.Resource is HttpContext http
        && http.Features.Get<IConnectionItemsFeature>() is { } items
        && items.Items.TryGetValue(nameof(Listener), out var value)
        && value is Listener actual
        && actual == listener;
}
