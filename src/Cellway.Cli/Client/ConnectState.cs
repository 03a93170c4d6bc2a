namespace Cellway.Cli.Client;

/// <summary>What a <see cref="ConnectNotice"/> is about.</summary>
internal enum ConnectState
{
    /// <summary>A way in works.</summary>
    Connected,

    /// <summary>A way in failed; another is being tried.</summary>
    Switching,

    /// <summary>No way in works; new connections are refused until one does.</summary>
    Unreachable,

    /// <summary>The subscription was read again.</summary>
    Refreshed,

    /// <summary>The subscription could not be read again; the links at hand are kept.</summary>
    RefreshFailed,
}
