namespace Cellway.DataPlane.Dialing;

/// <summary>How a dial ended.</summary>
internal enum DialStatus
{
    Connected,

    /// <summary>The exit policy denies every address of the destination, or its port.</summary>
    Denied,

    /// <summary>The name has no address, or could not be resolved.</summary>
    Unresolved,

    /// <summary>No address could be connected to.</summary>
    Failed,

    /// <summary>The time was up.</summary>
    TimedOut,
}
