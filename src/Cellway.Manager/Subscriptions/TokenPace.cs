using Cellway.Model.Identities;
using Cellway.Model.Pacing;

namespace Cellway.Manager.Subscriptions;

/// <summary>How often one subscription is answered: a burst of an impatient person with several apps, then one every two seconds.</summary>
internal sealed class TokenPace(TimeProvider time)
{
    public const string RetryAfterSeconds = "60";

    // A million devices share them; apps ask twice a day, so they do not notice each other.
    private readonly SharedPace _pace = new(1 << 17, 60, TimeSpan.FromSeconds(2), time);

    /// <summary>Whether it may be answered now.</summary>
    public bool TryTake(Hash256 token) => _pace.TryTake(token.GetHashCode());
}
