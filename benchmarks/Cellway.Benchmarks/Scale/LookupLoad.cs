using System.Diagnostics;
using Cellway.DataPlane.Http2;

namespace Cellway.Benchmarks.Scale;

/// <summary>Route lookups at a given rate, whatever the answers take: every millisecond those that are due then, and latency counts from that moment.</summary>
/// <remarks>On the stream that each Entry keeps for them, or alone, as a call of its own. An open loop on one thread that only copies frames made beforehand: what it is late by counts as latency as well.</remarks>
internal sealed class LookupLoad(IReadOnlyList<SimulatedNode> entries, int devices, int rate, double seconds, bool alone = false) : IAsker
{
    private const int Most = 20_000; // under way; what would be more is asked later, and late
    private const int Questions = 20_000; // different ones

    private readonly long[] _due = new long[(int)(rate * seconds)];
    private readonly double[] _milliseconds = new double[(int)(rate * seconds)];
    private int _answered;
    private int _failed;

    public int Done => _answered;

    public int Errors => _failed;

    /// <summary>Answers a second.</summary>
    public double Rate { get; private set; }

    /// <summary>How late questions were asked, the 99th percentile of all milliseconds: the generator's own part.</summary>
    public double Late { get; private set; }

    public double Percentile(double part)
    {
        var done = _milliseconds.Where(m => m > 0).Order().ToArray();
        return done.Length == 0 ? 0 : done[(int)(done.Length * part)];
    }

    public async Task<LookupLoad> RunAsync()
    {
        byte[][] questions =
        [
            .. Enumerable.Range(0, Questions).Select(_ => LookupStream.Frame(SimulatedNetwork.CredentialOf(Random.Shared.Next(devices)), alone)),
        ];
        var streams = alone ? [] : entries.Select(e => LookupStream.Open(e.Connection!, this, "ResolveMany")).ToArray();
        var begun = Stopwatch.GetTimestamp();
        await Task.Factory.StartNew(() => Ask(questions, streams, begun), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var last = Stopwatch.GetTimestamp();
        while (_answered + _failed < _due.Length && Stopwatch.GetElapsedTime(last).TotalSeconds < 5)
        {
            await Task.Delay(5);
        }

        foreach (var stream in streams)
        {
            stream.Stream.SendEnd();
        }

        Rate = _answered / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return this;
    }

    public void Answered(int number)
    {
        _milliseconds[number] = Stopwatch.GetElapsedTime(_due[number]).TotalMilliseconds;
        Interlocked.Increment(ref _answered);
    }

    public void Failed() => Interlocked.Increment(ref _failed);

    private void Ask(byte[][] questions, LookupStream[] streams, long begun)
    {
        var late = new List<double>();
        var sent = 0;
        for (var tick = 1; sent < _due.Length; tick++)
        {
            var due = begun + (tick * Stopwatch.Frequency / 1000);
            Pause.Until(due);
            late.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
            using var turn = Turn.Begin(); // one write for each connection
            for (; sent < Math.Min(_due.Length, (long)tick * rate / 1000) && sent - Volatile.Read(ref _answered) - Volatile.Read(ref _failed) < Most; sent++)
            {
                _due[sent] = due;
                var question = questions[sent % questions.Length];
                if (!alone)
                {
                    streams[sent % streams.Length].Ask(question, sent);
                }
                else if (entries[sent % entries.Count].Connection!.Connection.TryOpen(new LookupCall(this, sent), LookupCall.Head) is { } call)
                {
                    call.SendData(question);
                    call.SendEnd();
                }
                else
                {
                    Failed();
                }
            }
        }

        late.Sort();
        Late = late[(int)(late.Count * 0.99)];
    }
}
