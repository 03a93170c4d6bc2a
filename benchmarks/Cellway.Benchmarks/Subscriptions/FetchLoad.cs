using System.Buffers.Text;
using System.Diagnostics;
using Cellway.Benchmarks.Scale;
using Cellway.DataPlane.Http2;
using Cellway.Model.Contracts;

namespace Cellway.Benchmarks.Subscriptions;

/// <summary>Asks for random devices' subscriptions as Entries do, or a bare service to say hello, over the data plane's own HTTP/2.</summary>
internal sealed class FetchLoad : IAsker
{
    private const int Most = 20_000; // under way; what would be more is asked later, and late

    private readonly IReadOnlyList<NodeConnection> _entries;
    private readonly byte[]? _question; // null: hello
    private readonly int _tokenAt;
    private readonly byte[] _hello = GrpcMessages.Frame(new ResolveRequest());
    private LookupStream[] _streams = [];
    private Action<int>? _answered;
    private int _failed;

    /// <param name="entries">The Entries.</param>
    /// <param name="request">What they ask, for any device; <see langword="null"/>: a bare service to say hello.</param>
    public FetchLoad(IReadOnlyList<NodeConnection> entries, SubscriptionRequest? request)
    {
        _entries = entries;
        if (request is not null)
        {
            _question = GrpcMessages.Frame(new SubscriptionQuestion { Number = (1UL << 35) - 1, Request = request });
            _tokenAt = _question.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(request.Token));
        }
    }

    /// <summary>Questions that got no answer, or not the right one.</summary>
    public int Errors => _failed;

    /// <summary>As many as are answered, so many asked at once.</summary>
    /// <returns>How many were answered.</returns>
    public async Task<long> ClosedAsync(int atOnce, double seconds)
    {
        var (done, underWay) = (0L, atOnce);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        _answered = number =>
        {
            if (Stopwatch.GetTimestamp() < until)
            {
                Interlocked.Increment(ref done);
                Ask(number);
            }
            else if (Interlocked.Decrement(ref underWay) == 0)
            {
                over.TrySetResult();
            }
        };
        Open();
        using (Turn.Begin())
        {
            for (var i = 0; i < atOnce; i++)
            {
                Ask(i);
            }
        }

        await over.Task.WaitAsync(TimeSpan.FromSeconds(seconds + 10));
        Close();
        return done;
    }

    /// <summary>At a rate, whatever the answers take: every millisecond those that are due then, and latency counts from that moment.</summary>
    /// <returns>The 99th percentile, and that of how late the generator itself was, in milliseconds.</returns>
    public async Task<(double P99, double Late)> OpenAsync(double rate, double seconds)
    {
        var due = new long[(int)(rate * seconds)];
        var milliseconds = new double[due.Length];
        var answered = 0;
        var failed = _failed;
        _answered = number =>
        {
            milliseconds[number] = Stopwatch.GetElapsedTime(due[number]).TotalMilliseconds;
            Interlocked.Increment(ref answered);
        };
        Open();
        var late = await Task.Factory.StartNew(() => AskDue(due, rate, () => Volatile.Read(ref answered) + Volatile.Read(ref _failed) - failed), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var last = Stopwatch.GetTimestamp(); answered + _failed - failed < due.Length && Stopwatch.GetElapsedTime(last).TotalSeconds < 5;)
        {
            await Task.Delay(5);
        }

        Close();
        Array.Sort(milliseconds);
        return (milliseconds[(int)(milliseconds.Length * 0.99)], late);
    }

    public void Answered(int number) => _answered!(number);

    public void Failed() => Interlocked.Increment(ref _failed);

    private double AskDue(long[] due, double rate, Func<int> done)
    {
        var begun = Stopwatch.GetTimestamp();
        var late = new List<double>();
        for (var (tick, sent) = (1, 0); sent < due.Length; tick++)
        {
            var at = begun + (tick * Stopwatch.Frequency / 1000);
            Pause.Until(at);
            late.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            using var turn = Turn.Begin(); // one write for each connection
            for (; sent < Math.Min(due.Length, tick * rate / 1000) && sent - done() < Most; sent++)
            {
                due[sent] = at;
                Ask(sent);
            }
        }

        late.Sort();
        return late[(int)(late.Count * 0.99)];
    }

    private void Open() => _streams = _question is null ? [] : [.. _entries.Select(e => LookupStream.Open(e, this, "FetchMany"))];

    private void Close()
    {
        foreach (var stream in _streams)
        {
            stream.Stream.SendEnd();
        }
    }

    private void Ask(int number)
    {
        if (_question is not null)
        {
            Span<byte> secret = stackalloc byte[20];
            secret.Clear();
            BitConverter.TryWriteBytes(secret, Random.Shared.Next(SubscriptionBench.Devices));
            var frame = _question.ToArray();
            Base64Url.EncodeToUtf8(secret, frame.AsSpan(_tokenAt));
            _streams[number % _streams.Length].Ask(frame, number);
        }
        else if (_entries[number % _entries.Count].Connection.TryOpen(new LookupCall(this, number), LookupCall.Head) is { } call)
        {
            call.SendData(_hello);
            call.SendEnd();
        }
        else
        {
            Failed();
        }
    }
}
