using Cellway.DataPlane.Cover;
using Cellway.Model.Contracts;
using Cellway.Node.PhoneHome;

namespace Cellway.EntryNode;

/// <summary>Relays a subscription fetch to management.</summary>
internal sealed class ManagementSubscriptions(ManagementClient management) : ISubscriptionRelay
{
    public async ValueTask<SubscriptionResponse?> FetchAsync(SubscriptionFetch fetch, CancellationToken cancellationToken)
    {
        // What the answer may depend on, and nothing else of the client.
        var request = new SubscriptionRequest
        {
            Token = fetch.Token,
            Suffix = fetch.Suffix,
            Host = fetch.Host,
            Query = fetch.Query,
            Method = fetch.Method,
            UserAgent = HeaderOf("user-agent"),
            Accept = HeaderOf("accept"),
            AcceptLanguage = HeaderOf("accept-language"),
            AcceptEncoding = HeaderOf("accept-encoding"),
            IfNoneMatch = HeaderOf("if-none-match"),
            Hwid = HeaderOf("x-hwid"),
        };
        var lookup = await management.FetchSubscriptionAsync(request, cancellationToken);
        return lookup.Status switch
        {
            LookupStatus.Found => Of(lookup.Value!),
            LookupStatus.NotFound => null,
            _ => SubscriptionResponse.Unavailable,
        };

        string HeaderOf(string name) => fetch.Headers.GetValueOrDefault(name, "");
    }

    private static SubscriptionResponse Of(SubscriptionReply reply) =>
        new((int)reply.Status, [.. reply.Headers.Select(h => KeyValuePair.Create(h.Name, h.Value))], reply.Body.Memory, reply.Coding switch
        {
            ContentCoding.Gzip => SubscriptionCoding.Gzip,
            ContentCoding.Brotli => SubscriptionCoding.Brotli,
            _ => SubscriptionCoding.None,
        });
}
