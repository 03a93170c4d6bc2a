using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Http2Bench;

/// <summary>Splices streams of clients to streams on a few connections to the Core, bytes unseen.</summary>
internal static class EntryRole
{
    public static async Task<int> RunAsync(string readyFile, int core)
    {
        var pool = new List<Http2Connection>();
        for (var i = 0; i < int.Parse(Environment.GetEnvironmentVariable("CORECONNS") ?? "1"); i++)
        {
            pool.Add(await Bench.ConnectAsync(core));
        }

        await Bench.ServeAsync(Bench.Listen(readyFile), () => new Clients(pool));
        return 0;
    }

    private sealed class Clients(List<Http2Connection> pool) : ConnectionHandler
    {
        private int _next;

        public override StreamHandler OnRequest(Http2Stream stream, HeaderList headers) =>
            new Down(pool[(Interlocked.Increment(ref _next) & int.MaxValue) % pool.Count]);
    }

    private sealed class Down(Http2Connection core) : StreamHandler
    {
        private Up? _up;

        public override void OnData(ReadOnlySpan<byte> data)
        {
            if (_up is null)
            {
                _up = new(this);
                core.TryOpen(_up, Bench.Head);
            }

            _up.Stream.SendData(data);
        }

        public override void OnEnd() => _up?.Stream.SendEnd();

        public override void OnReset(Http2ErrorCode code) => _up?.Stream.Reset(Http2ErrorCode.Cancel);

        public override void OnSent(int bytes) => _up?.Stream.Credit(bytes);
    }

    private sealed class Up(Down down) : StreamHandler
    {
        private bool _head;
        private bool _ended;

        public override void OnHeaders(HeaderList headers, bool endStream)
        {
            if (!_head)
            {
                _head = true;
                down.Stream.SendHeaders(Bench.Ok);
            }
        }

        public override void OnData(ReadOnlySpan<byte> data) => down.Stream.SendData(data);

        public override void OnEnd()
        {
            _ended = true;
            down.Stream.SendTrailers(Bench.Trailers);
        }

        public override void OnReset(Http2ErrorCode code)
        {
            if (!_ended)
            {
                down.Stream.Reset(Http2ErrorCode.Cancel);
            }
        }

        public override void OnSent(int bytes) => down.Stream.Credit(bytes);
    }
}
