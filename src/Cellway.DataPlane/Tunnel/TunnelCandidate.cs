using System.Text;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.DataPlane.Tunnel;

/// <summary>A request that is one for the tunnel by its head (wire.md 2.3).</summary>
/// <param name="Path">The path.</param>
/// <param name="UserAgent">The client's name, which decides on the padding of error pages.</param>
internal sealed record TunnelCandidate(string Path, string? UserAgent)
{
    /// <returns><see langword="null"/> when the site shall answer at once.</returns>
    public static TunnelCandidate? Of(HeaderList headers, TunnelPaths paths, DateTimeOffset now)
    {
        if (!headers[":method"u8].SequenceEqual("POST"u8)
            || headers.IsTruncated
            || !Ascii.EqualsIgnoreCase(StartOf(headers["content-type"u8], "application/grpc"u8.Length), "application/grpc"u8)
            || (headers.TryGet("grpc-encoding"u8, out var encoding) && !encoding.SequenceEqual("identity"u8)))
        {
            return null;
        }

        var path = headers.GetString(":path"u8);
        return path is not null && paths.Contains(path, now) ? new(path, headers.GetString("user-agent"u8)) : null;
    }

    /// <summary>Answers as the site does, when it turned out to be no tunnel.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="site">The site.</param>
    /// <param name="peer">The connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="atHead">
    /// The site would have answered at the head, when the request was still open: the reset that follows such an answer comes even if
    /// the request has ended since.
    /// </param>
    public void AnswerAsSite(Http2Stream stream, IHttp1Site site, Http1Peer peer, TimeProvider time, bool atHead = false)
    {
        using var turn = Turn.Begin();
        var reset = atHead && stream.RemoteEnded;
        var web = new WebStream(site, peer, time, CancellationToken.None) { Stream = stream };
        stream.Handler = web;
        web.Refuse(new() { Method = "POST", Target = Path, UserAgent = UserAgent, Origin = peer.OriginFor(null) });
        if (reset)
        {
            stream.Connection.Control.ResetUnknown(stream.Id, Http2ErrorCode.NoError);
        }
    }

    private static ReadOnlySpan<byte> StartOf(ReadOnlySpan<byte> text, int length) => text.Length >= length ? text[..length] : default;
}
