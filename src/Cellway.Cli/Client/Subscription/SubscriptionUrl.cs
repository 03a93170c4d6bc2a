namespace Cellway.Cli.Client.Subscription;

/// <summary>A subscription's URL. Its path is a password, so nothing but the host is ever shown.</summary>
internal sealed class SubscriptionUrl
{
    private SubscriptionUrl(Uri value) => Value = value;

    /// <summary>The URL. Secret.</summary>
    public Uri Value { get; }

    /// <summary>Host and port, for people.</summary>
    public string Host => HostOf(Value);

    /// <summary>Reads one.</summary>
    public static SubscriptionFault Parse(string text, out SubscriptionUrl? url)
    {
        url = null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return SubscriptionFault.NotAUrl;
        }

        if (uri.Scheme != Uri.UriSchemeHttps)
        {
            return SubscriptionFault.NotHttps;
        }

        url = new(uri);
        return SubscriptionFault.None;
    }

    /// <summary>Host and port of any URL, for people.</summary>
    public static string HostOf(Uri uri) => uri.Authority; // without what may stand before an @

    /// <summary>Never the path.</summary>
    public override string ToString() => $"https://{Host}/…";
}
