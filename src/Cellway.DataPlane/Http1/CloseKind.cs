namespace Cellway.DataPlane.Http1;

/// <summary>How a connection ends. nginx has three ways, and a client can tell them apart.</summary>
internal enum CloseKind : byte
{
    /// <summary>Not at all: the next request may come.</summary>
    None,

    /// <summary>TLS close_notify, then FIN.</summary>
    Notify,

    /// <summary>FIN alone: after a timeout or an error of the client's.</summary>
    Silent,

    /// <summary>close_notify and FIN at once, and what still comes is read for a while, so that no reset destroys the answer.</summary>
    Linger,
}
