using System.Security.Cryptography;
using System.Text;
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

    public static IReadOnlyList<byte[]> CertificateRequests()
    {
        using var key = NodeKey.New();
        using var rsa = RSA.Create(2048);
        var other = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=a", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return [key.CreateRequest(), other.CreateSigningRequest()];
    }
}
