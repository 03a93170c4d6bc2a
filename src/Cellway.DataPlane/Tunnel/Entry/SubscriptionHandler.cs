using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.Model.Devices;
using Microsoft.AspNetCore.Http;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Answers <c>/&lt;path&gt;/&lt;token&gt;</c> through management.</summary>
internal sealed class SubscriptionHandler(ISubscriptionRelay relay)
{
    // Of the relayed response, what the web server itself says.
    private static readonly HashSet<string> s_own = new(StringComparer.OrdinalIgnoreCase)
    {
        "server", "date", "content-length", "connection", "transfer-encoding", "keep-alive", "upgrade",
    };

    /// <returns>Whether it was a subscription; if not, nothing has been answered.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext http, string target, EntrySnapshot snapshot)
    {
        var method = http.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            return false;
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        if (path.Split('/') is not ["", var segment, var token]
            || !snapshot.IsSubscriptionPath(segment)
            || !SubscriptionToken.TryParse(token, out _))
        {
            return false;
        }

        var response = await relay.FetchAsync(
            new()
            {
                Token = token,
                Host = http.Request.Host.Host,
                Query = query < 0 ? "" : target[(query + 1)..],
                Method = method,
                Headers = http.Request.Headers
                    .Where(h => h.Key[0] != ':' && !h.Key.Equals("cookie", StringComparison.OrdinalIgnoreCase))
                    .ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()),
            },
            http.RequestAborted);
        if (response is null)
        {
            return false;
        }

        await CoverWriter.WriteAsync(http, ReferenceEquals(response, SubscriptionResponse.Unavailable)
            ? CoverSite.Error(HttpStatusCode.BadGateway)
            : new((HttpStatusCode)response.Status, [.. response.Headers.Where(h => !s_own.Contains(h.Key))], response.Body));
        return true;
    }
}
