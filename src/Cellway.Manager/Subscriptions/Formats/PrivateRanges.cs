namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>What apps reach themselves: the person's own network, printers and routers.</summary>
internal static class PrivateRanges
{
    public static readonly IReadOnlyList<string> All =
        ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10"];
}
