using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Tunnel;
using Cellway.Tests.DataPlane.Http2;

namespace Cellway.Tests.DataPlane.Tunnel;

/// <summary>A Core's side of a connection that gives back what it gets, up to so many bytes; then nobody hears of it any more.</summary>
internal sealed class EchoCore(int freezesAfter = int.MaxValue) : ConnectionHandler
{
    private int _left = freezesAfter;

    /// <summary>How many streams have been opened.</summary>
    public int Streams { get; private set; }

    public bool IsFrozen => Volatile.Read(ref _left) == 0;

    public override StreamHandler OnRequest(Http2Stream stream, HeaderList headers)
    {
        Streams++;
        return new Echo(this);
    }

    private sealed class Echo(EchoCore core) : StreamHandler
    {
        public override void OnHeaders(HeaderList headers, bool endStream)
        {
            if (!core.IsFrozen)
            {
                Stream.SendHeaders(Http2Pair.Ok);
            }
        }

        public override void OnData(ReadOnlySpan<byte> data)
        {
            Stream.Credit(data.Length);
            var given = Math.Min(data.Length, core._left);
            if (given > 0)
            {
                Stream.SendData(data[..given]);
                Volatile.Write(ref core._left, core._left - given);
            }
        }

        public override void OnEnd()
        {
            if (!core.IsFrozen)
            {
                Stream.SendTrailers(TunnelBlocks.Trailers);
            }
        }
    }
}
