namespace Cellway.DataPlane.Http1;

/// <summary>The 400 pages that say more than "Bad Request".</summary>
internal enum Http1Reason : byte
{
    /// <summary>Nothing more.</summary>
    None,

    /// <summary>A header line, or all of them, did not fit.</summary>
    HeaderTooLarge,

    /// <summary>HTTP without TLS on the TLS port.</summary>
    PlainOnTls,
}
