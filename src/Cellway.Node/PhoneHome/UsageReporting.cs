using Cellway.Model.Contracts;

namespace Cellway.Node.PhoneHome;

/// <summary>Reports usage on one stream: what is out already first, then whatever has been carried since, every few seconds.</summary>
internal sealed class UsageReporting(INodeUsage usage, TimeSpan every, TimeProvider time, Action<NodeMessage> send)
{
    // On one stream nothing is lost, so this is for a management that has forgotten what it was told.
    private const int RepeatAfter = 6;

    private readonly Lock _lock = new();
    private UsageMark? _sent;
    private int _age;
    private TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task RunAsync(CancellationToken life)
    {
        using var timer = new PeriodicTimer(every, time);
        do
        {
            Send();
        }
        while (await timer.WaitForNextTickAsync(life));
    }

    public void Acknowledge(UsageAck ack)
    {
        lock (_lock)
        {
            _sent = ack.Of.Equals(_sent) ? null : _sent;
            if (usage.Acknowledge(ack))
            {
                Send();
            }

            _answered.TrySetResult();
            _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Reports everything there is, and waits until management has it or <paramref name="limit"/> is over: then it is reported after the next start.</summary>
    public async Task FinishAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        try
        {
            while (true)
            {
                Task answered;
                lock (_lock)
                {
                    answered = _answered.Task;
                    if (!Send())
                    {
                        return;
                    }
                }

                await answered.WaitAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It is on disk.
        }
    }

    /// <returns>Whether a report is out.</returns>
    private bool Send()
    {
        lock (_lock)
        {
            if (usage.Report() is not { } report)
            {
                return false;
            }

            if (!report.Mark.Equals(_sent) || ++_age >= RepeatAfter)
            {
                (_sent, _age) = (report.Mark, 0);
                send(new() { Usage = report });
            }

            return true;
        }
    }
}
