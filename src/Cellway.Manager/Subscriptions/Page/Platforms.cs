namespace Cellway.Manager.Subscriptions.Page;

/// <summary>What a person with a browser most likely holds.</summary>
internal static class Platforms
{
    public static string NameOf(Platform platform) => platform switch
    {
        Platform.Ios => "iPhone, iPad",
        Platform.MacOs => "macOS",
        _ => platform.ToString(),
    };

    /// <summary>By the browser's User-Agent; Android's says Linux too.</summary>
    public static Platform Guess(string userAgent)
    {
        return Says("Android") ? Platform.Android
            : Says("iPhone") || Says("iPad") ? Platform.Ios
            : Says("Windows") ? Platform.Windows
            : Says("Macintosh") ? Platform.MacOs
            : Says("Linux") ? Platform.Linux
            : Platform.Android;

        bool Says(string word) => userAgent.Contains(word, StringComparison.Ordinal);
    }
}
