using System.Security.Claims;
using Cellway.Manager.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cellway.Tests.Manager;

public sealed class AccessRulesTests
{
    [Theory]
    [InlineData(AccessRules.Nobody, "Nodes", " core entry operator")]
    [InlineData(AccessRules.Node, "Nodes", "core entry")]
    [InlineData(AccessRules.Entry, "Nodes", "entry")]
    [InlineData(AccessRules.Operator, "Admin", "operator")]
    [InlineData(null, "", "")]
    public async Task Rule_AnyCallerByAnyListener_OnlyThoseItNames(string? rule, string listener, string passes)
    {
        await using var services = new ServiceCollection().AddLogging().AddAuthorization(AccessRules.Configure).BuildServiceProvider();
        var authorization = services.GetRequiredService<IAuthorizationService>();
        var policies = services.GetRequiredService<IAuthorizationPolicyProvider>();
        var policy = rule is null ? await policies.GetFallbackPolicyAsync() : await policies.GetPolicyAsync(rule);

        foreach (var role in new[] { "", "core", "entry", "operator", "management" })
        {
            foreach (var by in new Listener?[] { null, Listener.Nodes, Listener.Admin })
            {
                var caller = new ClaimsPrincipal(role.Length == 0 ? new ClaimsIdentity() : new ClaimsIdentity([new(ClaimTypes.Role, role)], "test"));
                var result = await authorization.AuthorizeAsync(caller, Request(by), policy!);
                var expected = by?.ToString() == listener && (rule == AccessRules.Nobody || passes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(role));
                Assert.True(expected == result.Succeeded, $"{rule}: {role} by {by}");
            }
        }
    }

    [Fact]
    public async Task Default_BareAuthorizeAttribute_RefusesEverybody()
    {
        await using var services = new ServiceCollection().AddLogging().AddAuthorization(AccessRules.Configure).BuildServiceProvider();
        var policy = await services.GetRequiredService<IAuthorizationPolicyProvider>().GetDefaultPolicyAsync();
        var caller = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Role, "operator")], "test"));

        Assert.False((await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(caller, Request(Listener.Admin), policy)).Succeeded);
    }

    private static DefaultHttpContext Request(Listener? by)
    {
        var http = new DefaultHttpContext();
        if (by is not null)
        {
            http.Features.Set<IConnectionItemsFeature>(new Connection { Items = { [nameof(Listener)] = by.Value } });
        }

        return http;
    }

    private sealed class Connection : IConnectionItemsFeature
    {
        public IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();
    }
}
