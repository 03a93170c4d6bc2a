using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Fuzz;

/// <summary>Watches a connection: what each stream is told must make sense in that order.</summary>
/// <param name="answers">Whether requests are answered, and with how much.</param>
internal sealed class Http2Witness(bool answers) : ConnectionHandler
{
    private static readonly byte[] s_request = new HpackWriter().Indexed(3).Indexed(7).Add(":path"u8, "/a/Tun"u8).Add(":authority"u8, "a"u8).ToArray();
    private static readonly byte[] s_response = new HpackWriter().Indexed(8).ToArray();
    private static readonly byte[] s_trailers = new HpackWriter().Add("grpc-status"u8, "0"u8).ToArray();
    private static readonly byte[] s_body = new byte[70_000];

    private readonly bool _answers = answers;
    private Http2Connection? _connection;

    /// <summary>Every stream there was.</summary>
    public List<Watched> Streams { get; } = [];

    /// <summary>Whether it was told the end.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Runs a connection on the input to its end.</summary>
    /// <returns>What we said.</returns>
    public byte[] Run(byte[] input, bool inPieces, bool isClient, Http2Options options, Http2Sweeper sweeper)
    {
        FailingLogger logger = new();
        BufferBudget budget = new(64 << 20);
        FuzzStream stream = new(input, inPieces);
        _connection = new(new(stream), isClient, this, options with { Budget = budget }, sweeper, logger);
        var run = _connection.RunAsync();
        FuzzException.ThrowUnless(run.Wait(TimeSpan.FromSeconds(20)), "waits although all is there"); // a long input gives others their turn
        FuzzException.ThrowUnless(logger.Failure is null, $"a peer's bytes threw: {logger.Failure}");
        FuzzException.ThrowUnless(IsClosed && _connection.ActiveStreams == 0 && Streams.TrueForAll(s => s.Stream.IsClosed), "streams outlive their connection");
        FuzzException.ThrowUnless(budget.Used == 0, "queued bytes outlive their connection");
        FuzzException.ThrowUnless(sweeper.Count == 0, "the connection is still swept");
        return stream.Written;
    }

    /// <inheritdoc/>
    public override StreamHandler OnRequest(Http2Stream stream, HeaderList headers) => Watch();

    /// <inheritdoc/>
    public override void OnReady()
    {
        for (var i = 0; _connection!.IsClient && i < 3; i++)
        {
            var watched = Watch();
            if (_connection.TryOpen(watched, s_request, endStream: i == 2) is null)
            {
                Streams.Remove(watched);
                return;
            }

            watched.Stream.SendData("hello"u8);
        }
    }

    /// <inheritdoc/>
    public override void OnClosed()
    {
        FuzzException.ThrowUnless(!IsClosed, "closed twice");
        IsClosed = true;
    }

    private Watched Watch()
    {
        Watched watched = new(this);
        Streams.Add(watched);
        return watched;
    }

    /// <summary>One stream.</summary>
    internal sealed class Watched(Http2Witness owner) : StreamHandler
    {
        private bool _headed;
        private bool _ended;
        private bool _over;

        /// <summary>All that happened, whatever the pieces.</summary>
        public HashCode History { get; private set; }

        /// <summary>Bytes of payload.</summary>
        public long Received { get; private set; }

        /// <inheritdoc/>
        public override void OnHeaders(HeaderList headers, bool endStream)
        {
            FuzzException.ThrowUnless(!_ended && !_over && !owner.IsClosed, "a head behind the end");
            _headed = true;
            for (var i = 0; i < headers.Count; i++)
            {
                Note(headers.Name(i));
                Note(headers.Value(i));
            }

            Note([(byte)(endStream ? 1 : 2)]);
            if (owner._answers && !Stream.Connection.IsClient)
            {
                Answer();
            }
        }

        /// <inheritdoc/>
        public override void OnData(ReadOnlySpan<byte> data)
        {
            FuzzException.ThrowUnless(_headed && !_ended && !_over && !owner.IsClosed, "payload where none belongs");
            Received += data.Length;
            Note(data);
            Stream.Credit(data.Length);
        }

        /// <inheritdoc/>
        public override void OnEnd()
        {
            FuzzException.ThrowUnless(_headed && !_ended && !_over && !owner.IsClosed, "an end where none belongs");
            _ended = true;
            Note([3]);
        }

        /// <inheritdoc/>
        public override void OnReset(Http2ErrorCode code)
        {
            FuzzException.ThrowUnless(!_over && !owner.IsClosed && Stream.IsClosed, "a reset where none belongs");
            _over = true;
            Note([4, (byte)code]);
        }

        private void Answer()
        {
            Stream.SendHeaders(s_response);
            Stream.SendData(Stream.Id % 16 == 1 ? s_body : s_body.AsSpan(0, 100)); // now and then more than the window
            if (Stream.Id % 4 == 3)
            {
                Stream.SendTrailers(s_trailers);
            }
            else
            {
                Stream.SendEnd();
            }
        }

        private void Note(ReadOnlySpan<byte> bytes)
        {
            var history = History;
            foreach (var value in bytes)
            {
                history.Add(value);
            }

            History = history;
        }
    }
}
