namespace Cellway.Cli.Client.Proxy;

/// <summary>What a SOCKS client is answered (RFC 1928, sections 3 and 6).</summary>
internal static class SocksReply
{
    private const byte GeneralFailure = 1;
    private const byte CommandNotSupported = 7;
    private const byte AddressKindNotSupported = 8;

    /// <summary>Go on without a password.</summary>
    public static ReadOnlyMemory<byte> NoAuthentication { get; } = new byte[] { 5, 0 };

    /// <summary>None of the methods offered will do.</summary>
    public static ReadOnlyMemory<byte> NoAcceptableMethod { get; } = new byte[] { 5, 0xff };

    /// <summary>SOCKS 4's "request rejected or failed", in that version's own form.</summary>
    public static ReadOnlyMemory<byte> Version4Rejected { get; } = new byte[] { 0, 0x5b, 0, 0, 0, 0, 0, 0 };

    /// <summary>The connection is open. The address that the exit uses is nobody's business, so it is all zeros.</summary>
    public static ReadOnlyMemory<byte> Connected { get; } = Reply(0);

    /// <summary>No way into the network works.</summary>
    public static ReadOnlyMemory<byte> Failed { get; } = Reply(GeneralFailure);

    /// <summary>The answer to a request that cannot be served.</summary>
    public static ReadOnlyMemory<byte> To(SocksFault fault) => Reply(fault switch
    {
        SocksFault.Command => CommandNotSupported,
        SocksFault.AddressKind => AddressKindNotSupported,
        _ => GeneralFailure,
    });

    private static byte[] Reply(byte code) => [5, code, 0, 1, 0, 0, 0, 0, 0, 0];
}
