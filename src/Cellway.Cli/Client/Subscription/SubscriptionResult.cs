using Cellway.Cli.Client.Links;

namespace Cellway.Cli.Client.Subscription;

/// <summary>What fetching a subscription gave.</summary>
/// <param name="Fault">Whether it gave links, and why not.</param>
/// <param name="Message">One line for the person; empty when there are links.</param>
/// <param name="List">The links; empty when there is a fault.</param>
internal sealed record SubscriptionResult(SubscriptionFault Fault, string Message, LinkListBody List)
{
    private static readonly LinkListBody s_none = new([], []);

    /// <summary>Links.</summary>
    public static SubscriptionResult Of(LinkListBody list) => new(SubscriptionFault.None, "", list);

    /// <summary>No links.</summary>
    public static SubscriptionResult Of(SubscriptionFault fault, string message) => new(fault, message, s_none);
}
