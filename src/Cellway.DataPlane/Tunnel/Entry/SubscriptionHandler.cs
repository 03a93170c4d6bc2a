using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Http1;
using Cellway.Model.Devices;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Answers <c>/&lt;path&gt;/&lt;token&gt;</c> through management.</summary>
internal sealed class SubscriptionHandler(ISubscriptionRelay relay)
{
    // Of the relayed response, what the web server itself says.
    private static readonly HashSet<string> s_own = new(StringComparer.OrdinalIgnoreCase)
    {
        "server", "date", "content-length", "connection", "transfer-encoding", "keep-alive", "upgrade",
    };

    /// <returns>The answer; <see langword="null"/> when it is not a subscription, or nobody's.</returns>
    public async ValueTask<CoverAnswer?> AnswerAsync(CoverRequest request, EntrySnapshot snapshot, CancellationToken cancellationToken)
    {
        if (request.Method is not ("GET" or "HEAD"))
        {
            return null;
        }

        var target = request.Target;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        if (path.Split('/') is not ["", var segment, var token]
            || !snapshot.IsSubscriptionPath(segment)
            || !SubscriptionToken.TryParse(token, out _))
        {
            return null;
        }

        var response = await relay.FetchAsync(
            new()
            {
                Token = token,
                Host = request.Host,
                Query = query < 0 ? "" : target[(query + 1)..],
                Method = request.Method,
                Headers = request.Headers.Where(h => h.Key != "cookie").GroupBy(h => h.Key).ToDictionary(h => h.Key, h => string.Join(",", h.Select(v => v.Value))),
            },
            cancellationToken);
        return response is null ? null
            : ReferenceEquals(response, SubscriptionResponse.Unavailable)
                ? ErrorPage.Of(HttpStatusCode.BadGateway, Http1Reason.None, ErrorPage.IsPaddedFor(request.UserAgent))
                : new((HttpStatusCode)response.Status, [.. response.Headers.Select(h => KeyValuePair.Create(h.Key.ToLowerInvariant(), h.Value)).Where(h => !s_own.Contains(h.Key))], response.Body);
    }
}
