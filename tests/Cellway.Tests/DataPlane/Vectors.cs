using System.Buffers.Binary;

namespace Cellway.Tests.DataPlane;

/// <summary>Bytes captured from real clients and servers; tests/vectors/INDEX.md describes each file.</summary>
internal static class Vectors
{
    private static readonly string s_directory = Find();

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(s_directory, name));

    /// <summary>The DATA payloads of one recorded HTTP/2 direction, by stream.</summary>
    public static IReadOnlyDictionary<int, byte[]> ReadStreams(string name)
    {
        ReadOnlySpan<byte> rest = Read(name);
        if (rest.StartsWith("PRI * HTTP/2.0"u8))
        {
            rest = rest[24..];
        }

        var streams = new Dictionary<int, byte[]>();
        while (rest.Length >= 9)
        {
            var length = (rest[0] << 16) | (rest[1] << 8) | rest[2];
            var stream = BinaryPrimitives.ReadInt32BigEndian(rest[5..]) & int.MaxValue;
            if (rest[3] == 0)
            {
                Assert.Equal(0, rest[4] & 8); // nobody pads
                streams[stream] = [.. streams.GetValueOrDefault(stream, []), .. rest.Slice(9, length)];
            }

            rest = rest[(9 + length)..];
        }

        return streams;
    }

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var vectors = Path.Combine(directory.FullName, "tests", "vectors");
            if (Directory.Exists(vectors))
            {
                return vectors;
            }
        }

        throw new DirectoryNotFoundException("tests/vectors");
    }
}
