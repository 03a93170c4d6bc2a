namespace Cellway.Cli.Client.Subscription;

/// <summary>Where the links come from.</summary>
internal interface ISubscriptionSource
{
    /// <summary>Fetches them. Failures are values; only cancellation throws.</summary>
    Task<SubscriptionResult> FetchAsync(CancellationToken cancellationToken);
}
