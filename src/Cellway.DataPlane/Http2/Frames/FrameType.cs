namespace Cellway.DataPlane.Http2.Frames;

/// <summary>Frame types, RFC 9113 section 6. Any other value is skipped.</summary>
internal enum FrameType : byte
{
    /// <summary>Stream payload, flow-controlled.</summary>
    Data = 0,

    /// <summary>Opens a stream or ends it with trailers.</summary>
    Headers = 1,

    /// <summary>Deprecated priority; checked and ignored.</summary>
    Priority = 2,

    /// <summary>Ends a stream at once.</summary>
    RstStream = 3,

    /// <summary>Connection parameters.</summary>
    Settings = 4,

    /// <summary>Server push; never used here.</summary>
    PushPromise = 5,

    /// <summary>Liveness and round trip.</summary>
    Ping = 6,

    /// <summary>The connection is about to end.</summary>
    GoAway = 7,

    /// <summary>Flow-control credit.</summary>
    WindowUpdate = 8,

    /// <summary>The rest of a header block.</summary>
    Continuation = 9,
}
