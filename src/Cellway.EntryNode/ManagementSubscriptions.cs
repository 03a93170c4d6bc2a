using Cellway.DataPlane.Cover;
using Cellway.Model.Contracts;
using Cellway.Node.PhoneHome;

namespace Cellway.EntryNode;

/// <summary>Relays a subscription fetch to management.</summary>
internal sealed class ManagementSubscriptions(ManagementClient management) : ISubscriptionRelay
{
    // What the answer may depend on, and nothing else of the client.
    private static readonly string[] Relayed = ["user-agent", "accept", "accept-language", "accept-encoding", "if-none-match"];

    public async ValueTask<SubscriptionResponse?> FetchAsync(SubscriptionFetch fetch, CancellationToken cancellationToken)
    {
        var request = new SubscriptionRequest { Token = fetch.Token, Host = fetch.Host, Query = fetch.Query, Method = fetch.Method };
        foreach (var name in Relayed)
        {
            if (fetch.Headers.TryGetValue(name, out var value))
            {
                request.Headers.Add(name, value);
            }
        }

        var lookup = await management.FetchSubscriptionAsync(request, cancellationToken);
        return lookup.Status switch
        {
            LookupStatus.Found => new((int)lookup.Value!.Status, [.. lookup.Value.Headers.Select(h => KeyValuePair.Create(h.Name, h.Value))], lookup.Value.Body.Memory),
            LookupStatus.NotFound => null,
            _ => SubscriptionResponse.Unavailable,
        };
    }
}
