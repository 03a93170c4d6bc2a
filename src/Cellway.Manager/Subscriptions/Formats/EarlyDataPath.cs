using Cellway.Manager.Subscriptions.Access;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>The path of a WebSocket as Xray's family writes it: early data is asked for in its query (wire.md 4.4).</summary>
internal static class EarlyDataPath
{
    /// <summary>The header that early data travels in, for apps that want it named.</summary>
    public const string Header = "Sec-WebSocket-Protocol";

    public static string Of(WayIn way) => way.Transport.EarlyData == 0 ? way.Path : string.Create(null, stackalloc char[256], $"{way.Path}?ed={way.Transport.EarlyData}");
}
