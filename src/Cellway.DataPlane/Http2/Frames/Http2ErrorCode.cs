namespace Cellway.DataPlane.Http2.Frames;

/// <summary>Error codes, RFC 9113 section 7. A peer may send any 32-bit value.</summary>
internal enum Http2ErrorCode : uint
{
    /// <summary>Graceful.</summary>
    NoError = 0,

    /// <summary>The protocol was violated.</summary>
    ProtocolError = 1,

    /// <summary>Our own fault.</summary>
    InternalError = 2,

    /// <summary>More data than credit.</summary>
    FlowControlError = 3,

    /// <summary>Settings were not acknowledged in time.</summary>
    SettingsTimeout = 4,

    /// <summary>A frame on a half-closed stream.</summary>
    StreamClosed = 5,

    /// <summary>A frame of the wrong size.</summary>
    FrameSizeError = 6,

    /// <summary>Not processed at all: safe to retry elsewhere.</summary>
    RefusedStream = 7,

    /// <summary>No longer wanted.</summary>
    Cancel = 8,

    /// <summary>The header tables are out of step.</summary>
    CompressionError = 9,

    /// <summary>The tunnelled connection failed.</summary>
    ConnectError = 10,

    /// <summary>The peer is too greedy.</summary>
    EnhanceYourCalm = 11,

    /// <summary>Better TLS wanted.</summary>
    InadequateSecurity = 12,

    /// <summary>HTTP/1.1 wanted.</summary>
    Http11Required = 13,

    /// <summary>Local only, never sent: the connection ended under the stream.</summary>
    ConnectionLost = uint.MaxValue,
}
