namespace Cellway.DataPlane.Http2.Frames;

/// <summary>The first bytes of every client, RFC 9113 section 3.4.</summary>
internal static class Preface
{
    /// <summary>The whole preface.</summary>
    public static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>nginx looks at nothing before this many bytes have come, then at the rest when that has: so must we.</summary>
    public const int FirstPart = 16;

    /// <summary>Bytes of the preface.</summary>
    public const int Length = 24;
}
