namespace Cellway.DataPlane.Http1;

/// <summary>What the <c>Connection</c> header asks for.</summary>
internal enum ConnectionWish : byte
{
    /// <summary>Nothing: the version decides.</summary>
    Default,

    /// <summary>close.</summary>
    Close,

    /// <summary>keep-alive.</summary>
    KeepAlive,
}
