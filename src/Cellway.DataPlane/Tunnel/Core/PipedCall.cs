using System.Buffers;
using System.IO.Pipelines;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>A tunnel call with pipes, for what is not worth a handler of its own. Back-pressure is the stream's window.</summary>
#pragma warning disable CA1001 // a source without timer and wait handle holds nothing, and the stream may end after its call
internal sealed class PipedCall : StreamHandler, ITunnelCall
#pragma warning restore CA1001
{
    private readonly Pipe _request = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Pipe _response = new(new PipeOptions(useSynchronizationContext: false));
    private readonly CancellationTokenSource _aborted = new();
    private readonly AutoResetSignal _writable = new();
    private Task _sending = Task.CompletedTask;
    private bool _accepted;

    public PipedCall()
    {
        Input = new CreditingReader(_request.Reader, count => Stream.Credit(count));
        Aborted = _aborted.Token;
    }

    public PipeReader Input { get; }

    public PipeWriter Output => _response.Writer;

    public CancellationToken Aborted { get; }

    public void Accept() => Begin();

    public Task SendHeadAsync(CancellationToken cancellationToken)
    {
        Begin();
        return Task.CompletedTask;
    }

    public async Task CompleteAsync()
    {
        await _response.Writer.CompleteAsync();
        await _sending;
        Stream.SendTrailers(TunnelBlocks.Trailers);
    }

    public void Reset()
    {
        Stream.Reset(Http2ErrorCode.Cancel);
        _writable.Set();
    }

    /// <summary>Nobody uses the call any more.</summary>
    public void Close()
    {
        _response.Writer.Complete();
        _writable.Set();
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        _request.Writer.Write(data);
        _ = _request.Writer.FlushAsync().AsTask(); // without a limit it never waits
    }

    public override void OnEnd() => _request.Writer.Complete();

    public override void OnReset(Http2ErrorCode code)
    {
        _request.Writer.Complete(new IOException("The stream was reset."));
        _writable.Set();
        ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), _aborted, preferLocal: true); // what it runs may wait
    }

    public override void OnWritable() => _writable.Set();

    private void Begin()
    {
        if (!_accepted)
        {
            _accepted = true;
            Stream.SendHeaders(TunnelBlocks.Ok);
            _sending = SendAsync();
        }
    }

    private async Task SendAsync()
    {
        while (true)
        {
            var read = await _response.Reader.ReadAsync();
            foreach (var segment in read.Buffer)
            {
                var rest = segment;
                while (!rest.IsEmpty)
                {
                    var quota = Stream.SendQuota();
                    if (quota < 0)
                    {
                        await _response.Reader.CompleteAsync();
                        return;
                    }

                    if (quota == 0)
                    {
                        await _writable.WaitAsync();
                        continue;
                    }

                    quota = Math.Min(quota, rest.Length);
                    Stream.SendData(rest.Span[..quota]);
                    rest = rest[quota..];
                }
            }

            _response.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                await _response.Reader.CompleteAsync();
                return;
            }
        }
    }
}
