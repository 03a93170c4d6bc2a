using Cellway.Cli.Client.Links;
using Cellway.Cli.Client.Subscription;

namespace Cellway.Tests.Cli.Client;

/// <summary>A subscription that says what the test says.</summary>
internal sealed class ManualSource : ISubscriptionSource
{
    public IReadOnlyList<ShareLink> Links { get; set; } = [];

    public int Fetches { get; private set; }

    /// <summary>Held back until it completes.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async Task<SubscriptionResult> FetchAsync(CancellationToken cancellationToken)
    {
        Fetches++;
        await Gate.WaitAsync(cancellationToken);
        return Links.Count > 0
            ? SubscriptionResult.Of(new LinkListBody(Links, []))
            : SubscriptionResult.Of(SubscriptionFault.Refused, "Refused.");
    }
}
