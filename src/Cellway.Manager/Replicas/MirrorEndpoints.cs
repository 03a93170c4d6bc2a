using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Replicas;

/// <summary>The admin API's mirrors: URLs where nodes look for management when they find it nowhere.</summary>
internal static class MirrorEndpoints
{
    private const int MaxMirrors = 8;
    private const int MaxUrl = 300;

    public static void MapMirrors(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/mirrors", (NetworkViewFeed feed) => new MirrorList(feed.Current.Network!.Mirrors ?? []));
        admin.MapPut("/mirrors", ChangeAsync);
        admin.MapPost("/mirrors/notice", Notice);
    }

    private static async Task<MirrorList> ChangeAsync(MirrorList wanted, NetworkWriter writer, NetworkViewFeed feed, CancellationToken cancellationToken)
    {
        var asked = wanted.Urls ?? [];
        if (asked.Count > MaxMirrors)
        {
            throw AdminException.Invalid($"A network has {MaxMirrors} mirrors at most.");
        }

        if (asked.FirstOrDefault(u => u.Length > MaxUrl || !Uri.TryCreate(u, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")) is { } wrong)
        {
            throw AdminException.Invalid($"“{wrong}” is not where nodes could look: write an https:// URL of at most {MaxUrl} characters.");
        }

        IReadOnlyList<string> urls = [.. asked.Select(u => new Uri(u).AbsoluteUri).Distinct(StringComparer.Ordinal)];
        var changed = await writer.ChangeAsync<NetworkRecord>(_ => writer.Keys.Network, feed.Current.Network!.Id, n => n with { Mirrors = urls.Count == 0 ? null : urls }, cancellationToken);
        return new(changed!.Mirrors ?? []);
    }

    /// <summary>What to put at the mirrors: where the replicas are that run now, unless the operator knows better.</summary>
    private static IResult Notice(MovedTo wanted, NetworkViewFeed feed, NetworkAuthority authority, ManagementAddresses addresses, TimeProvider time)
    {
        IReadOnlyList<string> management = wanted.Endpoints is { Count: > 0 } named
            ? named
            : [.. addresses.ForNodes.Concat(feed.Current.Replicas.Values.SelectMany(r => r.Endpoints)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return management.FirstOrDefault(e => !HostPort.TryParse(e, out _)) is { } wrong
            ? throw AdminException.Invalid($"“{wrong}” is not where nodes could connect to: write host:port, 1.2.3.4:7443 or [2001:db8::1]:7443.")
            : Results.Bytes(new MovedNotice(authority.Network, time.GetUtcNow().ToUnixTimeSeconds(), management).Write((purpose, content) => authority.SignByAll(purpose, content)), "application/json");
    }
}
