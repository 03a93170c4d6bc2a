namespace Cellway.Manager.Subscriptions.Page;

/// <summary>Where apps run.</summary>
internal enum Platform
{
    Android,
    Ios,
    Windows,
    MacOs,
    Linux,
}
