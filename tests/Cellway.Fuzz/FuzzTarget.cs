namespace Cellway.Fuzz;

/// <summary>A parser and what must hold for every input.</summary>
/// <param name="Name">Its name on the command line, and of its corpus' folder.</param>
/// <param name="Check">Parses an input and checks the parse; throws when something does not hold.</param>
/// <param name="Seeds">Inputs to start from: real ones, so that mutations reach deep.</param>
public sealed record FuzzTarget(string Name, Action<byte[]> Check, IReadOnlyList<byte[]> Seeds)
{
    /// <summary>Every target. A new parser needs one line here.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("vless", Targets.VlessTarget.Check, [.. FuzzSeeds.Vectors("tcp-*.c2s.bin"), .. FuzzSeeds.Vectors("udp-*.c2s.bin"), .. FuzzSeeds.Vectors("*mux-*.c2s.bin")]),
        new("mux", Targets.MuxTarget.Check, [.. FuzzSeeds.Vectors("mux-*.c2s.bin", 19), .. FuzzSeeds.Vectors("xudp-*.c2s.bin", 19), .. FuzzSeeds.Vectors("mux-*.s2c.bin", 2), .. FuzzSeeds.Vectors("xudp-*.s2c.bin", 2)]),
        new("udp", Targets.UdpTarget.Check, [.. FuzzSeeds.Vectors("udp-*.c2s.bin", 26), .. FuzzSeeds.Vectors("udp-*.s2c.bin", 2)]),
        new("hunk", Targets.HunkTarget.Check, FuzzSeeds.Hunks()),
        new("hpack", Targets.HpackTarget.Check, FuzzSeeds.HeaderBlocks()),
        new("http2", Targets.Http2Target.Check, [.. FuzzSeeds.Vectors("grpc*.c2s.bin"), .. FuzzSeeds.Vectors("grpc*.s2c.bin"), .. FuzzSeeds.Http2()]),
        new("http1", Targets.Http1Target.Check, FuzzSeeds.Http1()),
        new("websocket", Targets.WebSocketTarget.Check, FuzzSeeds.WebSockets()),
        new("socks", Targets.SocksTarget.Check, FuzzSeeds.Socks()),
        new("http-head", Targets.HttpHeadTarget.Check, FuzzSeeds.HttpHeads()),
        new("share-link", Targets.ShareLinkTarget.Check, FuzzSeeds.ShareLinks()),
        new("join-token", Targets.JoinTokenTarget.Check, FuzzSeeds.JoinTokens()),
        new("phone-home", Targets.PhoneHomeTarget.Check, FuzzSeeds.PhoneHome()),
        new("backup", Targets.BackupTarget.CheckFile, Targets.BackupTarget.Files()),
        new("backup-lines", Targets.BackupTarget.CheckLines, Targets.BackupTarget.Lines()),
        new("csr", Targets.CertificateRequestTarget.Check, FuzzSeeds.CertificateRequests()),
    ];
}
