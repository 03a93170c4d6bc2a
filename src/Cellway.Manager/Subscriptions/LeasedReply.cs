using Cellway.Model.Contracts;

namespace Cellway.Manager.Subscriptions;

/// <summary>What a subscription is answered with.</summary>
/// <param name="Reply">The answer.</param>
/// <param name="Lease">To be disposed once the answer has been written.</param>
internal readonly record struct LeasedReply(SubscriptionReply Reply, IDisposable? Lease = null);
