namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>Why a header block could not be decoded. Either ends the connection: the tables are out of step.</summary>
internal enum HpackFault
{
    /// <summary>Decoded.</summary>
    None,

    /// <summary>Not valid HPACK: COMPRESSION_ERROR.</summary>
    Malformed,

    /// <summary>One name or value above the limit: ENHANCE_YOUR_CALM, as nginx answers it.</summary>
    StringTooLong,
}
