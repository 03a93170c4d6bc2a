namespace Cellway.DataPlane.Http1;

/// <summary>What the request line says, as nginx tells versions apart.</summary>
internal enum HttpVersion : byte
{
    /// <summary>No version at all: the answer is a body without a head.</summary>
    Http09,

    /// <summary>HTTP/1.0.</summary>
    Http10,

    /// <summary>HTTP/1.1, and any 1.x above it.</summary>
    Http11,
}
