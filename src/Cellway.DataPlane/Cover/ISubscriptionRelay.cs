namespace Cellway.DataPlane.Cover;

/// <summary>Carries a subscription fetch to management, which has no public web port.</summary>
public interface ISubscriptionRelay
{
    /// <summary>Fetches.</summary>
    /// <returns>
    /// What to answer; <see langword="null"/> when the token is nobody's (the cover site answers);
    /// <see cref="SubscriptionResponse.Unavailable"/> when management could not be asked.
    /// </returns>
    ValueTask<SubscriptionResponse?> FetchAsync(SubscriptionFetch fetch, CancellationToken cancellationToken);
}
