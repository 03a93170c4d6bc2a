using Cellway.Cli.Client.Links;

namespace Cellway.Cli.Client.Subscription;

/// <summary>What to tell a person about a <see cref="SubscriptionFault"/>.</summary>
internal static class SubscriptionFaults
{
    /// <summary>One line: what is wrong and what to do. Names the host at most, because the rest of the URL is the password.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="host">The host that it happened with.</param>
    /// <param name="status">The HTTP status, for the fault that is one.</param>
    public static string Describe(this SubscriptionFault fault, string host = "", int status = 0) => fault switch
    {
        SubscriptionFault.NotAUrl => "This is no URL: give the whole subscription URL, which begins with https://.",
        SubscriptionFault.NotHttps => "The subscription URL must begin with https://, because anybody on the way could read it otherwise. Copy it again, whole.",
        SubscriptionFault.UnknownHost => $"The name {host} cannot be resolved: check the subscription URL for a typo, and whether this machine is online.",
        SubscriptionFault.Refused => $"{host} refused the connection: check the port in the subscription URL, and whether the network is running.",
        SubscriptionFault.Unreachable => $"{host} cannot be reached: check whether this machine is online.",
        SubscriptionFault.TimedOut => $"{host} did not answer in time: check whether this machine is online, and try again.",
        SubscriptionFault.NotTrusted => $"The certificate of {host} is not trusted: for a private network give its root certificate with --ca FILE; otherwise somebody may be intercepting the connection.",
        SubscriptionFault.WrongName => $"The certificate of {host} is for another name: check the host in the subscription URL.",
        SubscriptionFault.Expired => $"The certificate of {host} is not valid at this time: check this machine's clock, or ask the operator to renew it.",
        SubscriptionFault.TlsFailed => $"No TLS connection to {host} came about: check the port in the subscription URL.",
        SubscriptionFault.Broken => $"The connection to {host} broke before the answer was complete: try again.",
        SubscriptionFault.NotFound => $"{host} knows no such subscription: the URL has a typo, was issued anew, or the device is disabled. Ask the operator for the current URL.",
        SubscriptionFault.BadStatus => $"{host} answered with HTTP status {status} instead of a subscription: try again later, or ask the operator.",
        SubscriptionFault.TooManyRedirects => $"{host} redirects more than {SubscriptionFetcher.MaxRedirects} times: ask the operator for the current subscription URL.",
        SubscriptionFault.InsecureRedirect => $"{host} redirects to something that is not https, which is not followed: ask the operator for the current subscription URL.",
        SubscriptionFault.TooLarge => $"{host} sent more than {SubscriptionFetcher.MaxBodyBytes / 1024} KiB, which is no subscription: check the URL.",
        SubscriptionFault.Empty => "The subscription is empty: no cell of the network is open to this device now. Ask the operator.",
        SubscriptionFault.NoUsableLink => "The subscription has no link that this client can use.",
        SubscriptionFault.None => "The subscription is fine.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };

    /// <summary>Says why none of the links can be used, the commonest reason first.</summary>
    public static string DescribeUnusable(IReadOnlyList<ShareLinkFault> skipped)
    {
        var reasons = skipped.GroupBy(f => f).OrderByDescending(g => g.Count()).Select(g => $"{g.Key.Describe()} ({g.Count()})");
        return $"The subscription has no link that this client can use: {string.Join(", ", reasons)}. Ask the operator, or use another app.";
    }
}
