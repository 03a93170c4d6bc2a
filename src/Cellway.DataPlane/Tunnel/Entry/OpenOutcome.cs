namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>What came of offering a tunnel to a Core.</summary>
internal enum OpenOutcome
{
    /// <summary>The Core took it.</summary>
    Taken,

    /// <summary>It answered as a web site.</summary>
    Refused,

    /// <summary>The connection was lost before the Core answered: another one may carry it.</summary>
    Lost,

    /// <summary>There is no connection to it.</summary>
    Unreachable,

    /// <summary>A connection to it needs a handshake that may not begin yet.</summary>
    Postponed,

    /// <summary>This Entry knows no name to ask it for.</summary>
    Nameless,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>The client is gone.</summary>
    Abandoned,
}
