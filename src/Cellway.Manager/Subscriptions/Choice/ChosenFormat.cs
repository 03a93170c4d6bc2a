using Cellway.Manager.Subscriptions.Formats;

namespace Cellway.Manager.Subscriptions.Choice;

/// <summary>What to render.</summary>
/// <param name="Format">The format.</param>
/// <param name="WithMetadata">Whether a link list begins with the headers' values.</param>
internal readonly record struct ChosenFormat(SubscriptionFormat Format, bool WithMetadata = false);
