using System.IO.Pipelines;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Core;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class CoreUplinkTests
{
    private static readonly byte[] s_header = [0, .. new byte[16], 0, 3];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(100_000)]
    public async Task Payload_LongAndInPiecesOfAnySize_ComesOutWhole(int piece)
    {
        var payload = new byte[400_000];
        new Random(1).NextBytes(payload);
        var pipe = new Pipe(new(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));
        var messages = Messages([.. s_header, .. payload]);
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < messages.Length; i += piece)
                {
                    await pipe.Writer.WriteAsync(messages.AsMemory(i, Math.Min(piece, messages.Length - i)), Token);
                }

                await pipe.Writer.CompleteAsync();
            },
            Token);
        var uplink = new CoreUplink(pipe.Reader);

        Assert.NotNull(await uplink.ReadHeaderAsync(Token));
        using var all = new MemoryStream();
        while (await uplink.ReadAsync(Token) is { IsEmpty: false } bytes)
        {
            all.Write(bytes.Span);
        }

        await writing;
        Assert.Equal(payload, all.ToArray());
    }

    [Fact]
    public async Task Payload_EndingInsideAMessage_IsNoEnd()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Messages([.. s_header, 1, 2, 3]).AsMemory()[..^1], Token);
        await pipe.Writer.CompleteAsync();
        var uplink = new CoreUplink(pipe.Reader);
        await uplink.ReadHeaderAsync(Token);

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (await uplink.ReadAsync(Token) is { IsEmpty: false })
            {
                // until it ends
            }
        });
    }

    private static byte[] Messages(ReadOnlySpan<byte> bytes)
    {
        using var all = new MemoryStream();
        Span<byte> header = stackalloc byte[HunkHeader.MaxLength];
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, HunkHeader.MaxData);
            all.Write(header[..HunkHeader.Write(header, count)]);
            all.Write(bytes[..count]);
            bytes = bytes[count..];
        }

        return all.ToArray();
    }
}
