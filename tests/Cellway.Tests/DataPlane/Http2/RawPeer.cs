using System.Buffers.Binary;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Http2;

/// <summary>A peer that sends bytes of the test's choosing to a server connection and reads frames back.</summary>
internal sealed class RawPeer : IDisposable
{
    internal readonly record struct Frame(FrameType Type, FrameFlags Flags, int StreamId, string Payload)
    {
        public uint Word(int at) => BinaryPrimitives.ReadUInt32BigEndian(Convert.FromHexString(Payload).AsSpan(at));
    }

    private readonly MemoryDuplex _wire;
    private readonly Http2Sweeper _sweeper;
    private readonly byte[] _buffer = new byte[1 << 20];
    private int _end;

    public RawPeer(Http2Options? options = null, Func<RecordingHandler>? create = null)
    {
        _sweeper = new(Time);
        Handler = new(create);
        (_wire, var other) = MemoryDuplex.Create(buffer: 4 << 20);
        Connection = new(new(other), false, Handler, options ?? Http2Options.NginxServer, _sweeper, NullLogger.Instance);
        Run = Connection.RunAsync();
    }

    public FakeTimeProvider Time { get; } = new();

    public RecordingConnection Handler { get; }

    public Http2Connection Connection { get; }

    public Task Run { get; }

    public List<Frame> Frames { get; } = [];

    public long DataBytes { get; private set; }

    public static byte[] Make(FrameType type, int flags, int streamId, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        FrameHeader.Write(frame, payload.Length, type, (FrameFlags)flags, streamId);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    public static byte[] Hello() => [.. Preface.Bytes, .. Settings()];

    public static byte[] Settings(params (int Id, uint Value)[] settings) =>
        Make(FrameType.Settings, 0, 0, [.. settings.SelectMany(s => (byte[])[0, (byte)s.Id, .. Word(s.Value)])]);

    public static byte[] Headers(int streamId, byte[] block, bool end = false) => Make(FrameType.Headers, end ? 5 : 4, streamId, block);

    public static byte[] Data(int streamId, int length, bool end = false) => Make(FrameType.Data, end ? 1 : 0, streamId, new byte[length]);

    public static byte[] WindowUpdate(int streamId, uint increment) => Make(FrameType.WindowUpdate, 0, streamId, Word(increment));

    public static byte[] Reset(int streamId, uint code) => Make(FrameType.RstStream, 0, streamId, Word(code));

    public static byte[] Ping(byte tag) => Make(FrameType.Ping, 0, 0, [tag, 0, 0, 0, 0, 0, 0, 0]);

    public static byte[] Word(uint value)
    {
        var word = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(word, value);
        return word;
    }

    public async Task SendAsync(params byte[][] frames)
    {
        foreach (var frame in frames)
        {
            await _wire.WriteAsync(frame);
        }
    }

    public async Task<RecordingHandler> RequestAsync(int index)
    {
        await StreamTests.Eventually(() => Handler.Requests.Count > index && Handler.Requests[index].Heads.Count > 0);
        return Handler.Requests[index];
    }

    /// <summary>Reads until a frame satisfies the condition, and returns it; fails when the connection ends first.</summary>
    public async Task<Frame> ReadUntilAsync(Func<Frame, bool> condition)
    {
        while (true)
        {
            var frame = await ReadAsync();
            Assert.True(frame.HasValue, "The connection ended; frames: " + string.Join(" ", Frames.Select(f => f.Type)));
            if (condition(frame.Value))
            {
                return frame.Value;
            }
        }
    }

    /// <summary>Reads to the end, and returns the last GOAWAY's code.</summary>
    public async Task<Http2ErrorCode> ReadToGoAwayAsync()
    {
        while (await ReadAsync() is not null)
        {
        }

        var frame = Frames[^1];
        Assert.Equal(FrameType.GoAway, frame.Type);
        return (Http2ErrorCode)frame.Word(4);
    }

    public async Task<Frame?> ReadAsync()
    {
        while (true)
        {
            if (_end >= FrameHeader.Size && FrameHeader.Read(_buffer) is var header && _end >= FrameHeader.Size + header.Length)
            {
                var frame = new Frame(
                    header.Type, header.Flags, header.StreamId, Convert.ToHexString(_buffer, FrameHeader.Size, Math.Min(header.Length, 4096)));
                var size = FrameHeader.Size + header.Length;
                _buffer.AsSpan(size, _end - size).CopyTo(_buffer);
                _end -= size;
                Frames.Add(frame);
                DataBytes += header.Type == FrameType.Data ? header.Length : 0;
                return frame;
            }

            // Once GOAWAY is there, the connection lingers for our end: give it.
            if (Frames.Count > 0 && Frames[^1].Type == FrameType.GoAway && Connection.IsFinishing)
            {
                return null;
            }

            var read = await Http2Pair.Within(_wire.ReadAsync(_buffer.AsMemory(_end)).AsTask());
            if (read == 0)
            {
                return null;
            }

            _end += read;
        }
    }

    public void Dispose()
    {
        Connection.Abort();
        _wire.Dispose();
        _sweeper.Dispose();
    }
}
