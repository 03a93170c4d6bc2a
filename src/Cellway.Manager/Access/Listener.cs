namespace Cellway.Manager.Access;

/// <summary>The sockets management listens on; a connection keeps which one it came in by.</summary>
internal enum Listener
{
    /// <summary>For nodes, on a public address.</summary>
    Nodes = 1,

    /// <summary>For operators, on loopback or the cluster's network.</summary>
    Admin = 2,
}
