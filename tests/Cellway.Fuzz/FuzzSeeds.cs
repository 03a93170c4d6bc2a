using Cellway.Model.Contracts;
using Google.Protobuf;
using System.Security.Cryptography;
using System.Text;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Tunnel;
using Cellway.Model.Identities;
using Cellway.Pki.Requesting;

namespace Cellway.Fuzz;

/// <summary>Valid inputs to begin with.</summary>
internal static class FuzzSeeds
{
    /// <summary>A folder of tests/, wherever the program runs from.</summary>
    /// <exception cref="DirectoryNotFoundException">It runs outside the repository.</exception>
    public static string Folder(string name)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var found = Path.Combine(directory.FullName, "tests", name);
            if (Directory.Exists(found))
            {
                return found;
            }
        }

        throw new DirectoryNotFoundException($"tests/{name}");
    }

    /// <summary>Captured bytes, without what comes before the parser's own.</summary>
    public static IReadOnlyList<byte[]> Vectors(string pattern, int skip = 0) =>
        [.. Directory.EnumerateFiles(Folder("vectors"), pattern).Order(StringComparer.Ordinal).Select(f => File.ReadAllBytes(f)).Where(b => b.Length > skip).Select(b => b[skip..])];

    public static IReadOnlyList<byte[]> Hunks()
    {
        List<byte[]> seeds = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 6, 0x0a, 1, 65, 0x0a, 1, 66], [0, 0, 0, 0, 8, 0x10, 0x96, 1, 0x1a, 0, 0x0a, 1, 65]];
        foreach (var size in (int[])[1, 127, 128, 1000])
        {
            var message = new byte[HunkHeader.MaxLength + size];
            seeds.Add(message[..(HunkHeader.Write(message, size) + size)]);
        }

        return seeds;
    }

    public static IReadOnlyList<byte[]> WebSockets() =>
    [
        [0x82, 0x83, 1, 2, 3, 4, 5, 6, 7, 0x88, 0x82, 0, 0, 0, 0, 3, 0xe8],
        [0x01, 0x81, 1, 2, 3, 4, 5, 0x89, 0x80, 1, 2, 3, 4, 0x80, 0xfe, 0, 126, 1, 2, 3, 4, .. new byte[126]],
        [0x01, 0x82, 1, 2, 3, 4, 5, 6, 0x89, 0x81, 0, 0, 0, 0, 9, 0x80, 0x80, 1, 2, 3, 4, 0x8a, 0x80, 0, 0, 0, 0],
        [0x82, 0xfe, 0, 126, 1, 2, 3, 4, .. new byte[126], 0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6],
        [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 9, 9, 9, 9, .. new byte[300]],
    ];

    public static IReadOnlyList<byte[]> Socks() =>
    [
        [5, 1, 0], [5, 3, 2, 1, 0], [5, 1, 0, 1, 192, 0, 2, 1, 1, 187], [5, 1, 0, 3, 11, .. "example.org"u8, 0, 80],
        [5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, .. new byte[11], 1, 0, 80], [5, 1, 0, 5, 1, 0, 3, 3, .. "::1"u8, 0, 80],
    ];

    public static IReadOnlyList<byte[]> HttpHeads() =>
    [
        [.. "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n"u8],
        [.. "GET http://example.org/a?b HTTP/1.1\r\nHost: x\r\nConnection: close, X-Y\r\nX-Y: 1\r\nContent-Length: 3\r\n\r\nabc"u8],
        [.. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n"u8],
    ];

    public static IReadOnlyList<byte[]> HeaderBlocks()
    {
        var request = new HpackWriter()
            .Indexed(3).Indexed(7).Add(":path"u8, "/api.v2.rpc.0123456789abcdef/Tun"u8).Literal(1, "entry.example"u8, HpackForm.Incremental)
            .Literal("user-agent"u8, "grpc-go/1.71.0"u8, HpackForm.Incremental).Literal(31, "application/grpc"u8, HpackForm.NeverIndexed).ToArray();
        var indexed = new HpackWriter().Indexed(63).Indexed(62).Literal(62, "other"u8, HpackForm.Incremental, huffman: false).ToArray();
        return [[(byte)request.Length, .. request, (byte)indexed.Length, .. indexed, 2, 0x20, 0x82, 4, 0x3f, 0xe1, 0x01, 0xbe], [255, .. request]];
    }

    public static IReadOnlyList<byte[]> Http2()
    {
        var head = new HpackWriter().Indexed(3).Indexed(7).Indexed(4).Add(":authority"u8, "a"u8).ToArray();
        byte[] answer = [.. Frame(FrameType.Settings, 0, 0), .. Frame(FrameType.Settings, 1, 0), .. Frame(FrameType.Headers, 4, 1, 0x88)];
        byte[] hello = [.. Preface.Bytes, .. Frame(FrameType.Settings, 0, 0, 0, 4, 0, 1, 0, 0), .. Frame(FrameType.Settings, 1, 0)];
        return
        [
            [.. hello, .. Frame(FrameType.Headers, 4, 1, head), .. Frame(FrameType.Data, 0, 1, 1, 2, 3), .. Frame(FrameType.Data, 9, 1, 2, 4, 5, 0, 0)],
            [.. hello, .. Frame(FrameType.Headers, 1, 1, head.AsSpan(0, 2)), .. Frame(FrameType.Continuation, 4, 1, head.AsSpan(2)), .. Frame(FrameType.RstStream, 0, 1, 0, 0, 0, 8)],
            [.. hello, .. Frame(FrameType.Headers, 0x2c, 3, [1, 0, 0, 0, 1, 9, .. head, 0]), .. Frame(FrameType.WindowUpdate, 0, 3, 0, 1, 0, 0), .. Frame(FrameType.Ping, 0, 0, new byte[8])],
            [.. hello, .. Frame(FrameType.Headers, 5, 1, head), .. Frame(FrameType.Headers, 5, 17, head), .. Frame(FrameType.WindowUpdate, 0, 0, 0, 2, 0, 0), .. Frame(FrameType.WindowUpdate, 0, 17, 0, 2, 0, 0)],
            [.. hello, .. Frame(FrameType.Priority, 0, 5, 0, 0, 0, 3, 1), .. Frame((FrameType)42, 0, 0, 1, 2), .. Frame(FrameType.GoAway, 0, 0, new byte[8])],
            [.. answer, .. Frame(FrameType.Data, 0, 1, 1, 2, 3), .. Frame(FrameType.Headers, 5, 1, 0x88), .. Frame(FrameType.GoAway, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)],
            [.. answer, .. Frame(FrameType.Data, 1, 1, 1), .. Frame(FrameType.RstStream, 0, 3, 0, 0, 0, 7), .. Frame(FrameType.Headers, 5, 5, 0x88), .. Frame(FrameType.Ping, 1, 0, new byte[8])],
        ];

        static byte[] Frame(FrameType type, int flags, int streamId, params ReadOnlySpan<byte> payload)
        {
            var frame = new byte[FrameHeader.Size + payload.Length];
            FrameHeader.Write(frame, payload.Length, type, (FrameFlags)flags, streamId);
            payload.CopyTo(frame.AsSpan(FrameHeader.Size));
            return frame;
        }
    }

    public static IReadOnlyList<byte[]> Http1() =>
    [
        .. HttpHeads(),
        [.. "GET /a%20b?c HTTP/1.1\r\nHost: entry.example\r\nUser-Agent: curl/7\r\n\r\nHEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /\r\n"u8],
        [.. "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"u8],
        [.. "POST http://b:80/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nx_y: 1\r\n\r\nabcdeGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8],
        [.. "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: AAEC\r\n\r\n"u8],
    ];

    public static IReadOnlyList<byte[]> ShareLinks()
    {
        const string Id = "a3482e88-686a-4a58-8126-99c9df64b7bf";
        string[] links =
        [
            $"vless://{Id}@entry.example:443?security=tls&type=grpc&serviceName=api.v2&sni=entry.example&encryption=none&mode=gun#A%20name",
            $"vless://{Id}@[2001:db8::1]:443/?type=grpc&security=tls&serviceName=a#%F0%9F%98%80",
            "vless://short@192.0.2.1:1?type=grpc&security=tls&serviceName=a&flow=&alpn=h2",
        ];
        var list = string.Join('\n', links);
        return [.. links.Append(list).Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(list))).Select(Encoding.UTF8.GetBytes)];
    }

    public static IReadOnlyList<byte[]> JoinTokens() =>
        [.. ((string[][])[["127.0.0.1:8443"], ["m.example:443", "[2001:db8::1]:1"]]).Select(e => Encoding.ASCII.GetBytes(JoinToken.New(e, Hash256.Of("root"u8)).Reveal()))];

    public static IReadOnlyList<byte[]> PhoneHome()
    {
        var update = new Update { Revision = 7, Snapshot = true, Removed = { "entry/cells/b" } };
        update.Set.Add(new Resource { Name = "trust", Version = 1, Trust = new() { Roots = { ByteString.CopyFrom(1, 2) }, RevokedKeyHashes = { ByteString.CopyFrom(new byte[32]) }, Management = { "192.0.2.1:7443" }, Statement = ByteString.CopyFrom(3), Signatures = { ByteString.CopyFrom(4) } } });
        update.Set.Add(new Resource { Name = "core/cell", Version = 2, CoreCell = new() { CellId = "a", ExitDomain = "a.example", Certificate = new() } });
        update.Set.Add(new Resource { Name = "core/routes/00", Version = 3, Routes = new() { Routes = { new Route { RouteId = ByteString.CopyFrom(new byte[16]), Sessions = 1 } } } });
        update.Set.Add(new Resource { Name = "core/entries", Version = 4, EntryAddresses = new() { Addresses = { ByteString.CopyFrom(127, 0, 0, 1) } } });
        update.Set.Add(new Resource { Name = "names/exit/a", Version = 5, ExitNames = new() { CellId = "a", Names = { new ServiceName { Name = "api.v2.rpc.0123456789abcdef", NotBefore = 1 } } } });
        return [new ManagementMessage { Update = update }.ToByteArray(), new ManagementMessage { Probe = new() { CoreId = "c", Target = new() { Address = "192.0.2.1", Port = 443 } } }.ToByteArray()];
    }

    public static IReadOnlyList<byte[]> CertificateRequests()
    {
        using var key = NodeKey.New();
        using var rsa = RSA.Create(2048);
        var other = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=a", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return [key.CreateRequest(), other.CreateSigningRequest()];
    }
}
