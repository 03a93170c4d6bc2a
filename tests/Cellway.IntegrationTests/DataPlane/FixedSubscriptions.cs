using Cellway.DataPlane.Cover;

namespace Cellway.IntegrationTests.DataPlane;

internal sealed class FixedSubscriptions : ISubscriptionRelay
{
    public SubscriptionResponse? Answer { get; set; }

    public SubscriptionFetch? Seen { get; private set; }

    public ValueTask<SubscriptionResponse?> FetchAsync(SubscriptionFetch fetch, CancellationToken cancellationToken)
    {
        Seen = fetch.Host.Length > 0 ? fetch : Seen; // not what the Entry asks for itself
        return ValueTask.FromResult(Answer);
    }
}
