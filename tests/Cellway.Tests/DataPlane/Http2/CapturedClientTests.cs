using Cellway.DataPlane.Http2.Frames;

namespace Cellway.Tests.DataPlane.Http2;

/// <summary>What real grpc-go clients sent, whole and cut in two at every position.</summary>
public sealed class CapturedClientTests
{
    public static TheoryData<string> Captures =>
        [.. Directory.GetFiles(Vectors(), "grpc*.c2s.bin").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Captures))]
    public async Task Capture_CutAnywhere_IsAcceptedAlike(string file)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Vectors(), file), TestContext.Current.CancellationToken);
        var whole = await PlayAsync(bytes);
        Assert.Contains(":method: POST", whole, StringComparison.Ordinal);
        Assert.Contains("/", whole, StringComparison.Ordinal);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Assert.Equal(whole, await PlayAsync(bytes[..cut], bytes[cut..]));
        }

        Assert.Equal(whole, await PlayAsync([.. bytes.Select(b => new[] { b })]));
    }

    private static async Task<string> PlayAsync(params byte[][] pieces)
    {
        using var raw = new RawPeer(create: () => new() { AutoCredit = false });
        foreach (var piece in pieces)
        {
            await raw.SendAsync(piece);
            await Task.Yield();
        }

        // A last PING of our own: its answer proves that all before it was parsed.
        await raw.SendAsync(RawPeer.Ping(0xEE));
        await raw.ReadUntilAsync(f => f.Type == FrameType.Ping && f.Payload.StartsWith("EE", StringComparison.Ordinal));
        Assert.DoesNotContain(raw.Frames, f => f.Type is FrameType.GoAway or FrameType.RstStream);
        return string.Join('\n', raw.Handler.Requests.Select(r =>
            $"{string.Join('|', r.Heads)} {Convert.ToHexString(r.Kept.ToArray())} end={r.Ended.IsCompleted} reset={r.WasReset.IsCompleted}"));
    }

    private static string Vectors()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Cellway.slnx")))
        {
            directory = Path.GetDirectoryName(directory.TrimEnd('/'))!;
        }

        return Path.Combine(directory, "tests", "vectors");
    }
}
