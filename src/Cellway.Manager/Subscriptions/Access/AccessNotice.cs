namespace Cellway.Manager.Subscriptions.Access;

/// <summary>Why a device gets no ways in, although its subscription is right.</summary>
internal enum AccessNotice
{
    /// <summary>It gets some.</summary>
    None,

    /// <summary>No cell is open to it now.</summary>
    NoPath,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It has used its bytes of the month.</summary>
    TrafficUsedUp,

    /// <summary>As many client apps as it may have use it already.</summary>
    TooManyApps,
}
