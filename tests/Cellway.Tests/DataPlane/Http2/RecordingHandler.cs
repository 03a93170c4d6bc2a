using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Tests.DataPlane.Http2;

/// <summary>Notes everything that happens on a stream.</summary>
internal sealed class RecordingHandler : StreamHandler
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Http2ErrorCode> _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _progress = Channel.CreateUnbounded<bool>();
    private long _received;

    public List<string> Heads { get; } = [];

    public MemoryStream Kept { get; } = new();

    public long Received => Interlocked.Read(ref _received);

    public long SentBytes { get; private set; }

    public int Batches { get; private set; }

    /// <summary>Give received bytes back at once.</summary>
    public bool AutoCredit { get; init; } = true;

    public bool Keep { get; init; } = true;

    public Task Ended => _ended.Task;

    public Task<Http2ErrorCode> WasReset => _reset.Task;

    public Action<HeaderList, bool>? HeadersArrived { get; set; }

    public Action? EndArrived { get; set; }

    public Action? Writable { get; set; }

    public string Hash() => Convert.ToHexString(_hash.GetCurrentHash());

    public async Task WaitForAsync(long bytes, CancellationToken token)
    {
        while (Received < bytes)
        {
            await _progress.Reader.ReadAsync(token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), token);
        }
    }

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        Heads.Add(string.Join('\n', Enumerable.Range(0, headers.Count).Select(i =>
            Encoding.Latin1.GetString(headers.Name(i)) + ": " + Encoding.Latin1.GetString(headers.Value(i)))));
        HeadersArrived?.Invoke(headers, endStream);
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        _hash.AppendData(data);
        if (Keep)
        {
            Kept.Write(data);
        }

        Interlocked.Add(ref _received, data.Length);
        if (AutoCredit)
        {
            Stream.Credit(data.Length);
        }
    }

    public override void OnBatchEnd()
    {
        Batches++;
        _progress.Writer.TryWrite(true);
    }

    public override void OnEnd()
    {
        EndArrived?.Invoke();
        _ended.TrySetResult();
    }

    public override void OnReset(Http2ErrorCode code) => _reset.TrySetResult(code);

    public override void OnSent(int bytes) => SentBytes += bytes;

    public override void OnWritable() => Writable?.Invoke();
}
