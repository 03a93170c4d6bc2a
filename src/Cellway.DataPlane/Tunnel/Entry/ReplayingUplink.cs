using System.Buffers;
using System.IO.Pipelines;
using Cellway.DataPlane.Relay;
using Cellway.Model.Devices;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Forwards a client's messages to a Core as they are, and again to the next Core when the first one does not take them.</summary>
internal sealed class ReplayingUplink(PipeReader input, Preamble preamble)
{
    // More than a client's first flight. What comes on top waits in the transport until the Core has answered.
    private const int MaxKept = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _kept = new();
    private TaskCompletionSource<Session?> _verdict = NewVerdict();
    private bool _ended;

    /// <summary>Bytes forwarded before the Core's answer. Final once the run has stopped.</summary>
    public int KeptBytes => preamble.Bytes.Length + _kept.WrittenCount;

    /// <summary>Starts forwarding to a Core that has not answered yet.</summary>
    /// <returns>A task that never fails; the Core's answer tells what matters.</returns>
    public Task RunAsync(ICoreCall core, RouteId route)
    {
        preamble.Stamp(route);
        _verdict = NewVerdict();
        return PumpAsync(core);
    }

    /// <summary>The Core took the tunnel: no more bytes need to be kept.</summary>
    public void Accepted(Session session) => _verdict.TrySetResult(session);

    /// <summary>Stops a run, to end or to try the next Core.</summary>
    public async Task StopAsync(Task run, ICoreCall core)
    {
        _verdict.TrySetResult(null);
        core.Dispose();
        if (!run.IsCompleted)
        {
            input.CancelPendingRead();
        }

        await run;
    }

    private static TaskCompletionSource<Session?> NewVerdict() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task PumpAsync(ICoreCall core)
    {
        try
        {
            await core.Uplink.WriteAsync(preamble.Bytes);
            await core.Uplink.WriteAsync(_kept.WrittenMemory);
            await core.Uplink.FlushAsync();
            while (!_ended)
            {
                var read = await input.ReadAsync();
                if (read.IsCanceled || !await KeepAsync(read.Buffer))
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return;
                }

                _ended = read.IsCompleted;
                try
                {
                    await ForwardAsync(core, read.Buffer);
                }
                finally
                {
                    input.AdvanceTo(read.Buffer.End);
                }
            }

            core.CompleteUplink();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or HttpRequestException)
        {
            // The client is gone, which cancels the session, or the Core is, which its answer or its downlink shows.
        }
    }

    private async ValueTask<bool> KeepAsync(ReadOnlySequence<byte> bytes)
    {
        if (!_verdict.Task.IsCompleted && _kept.WrittenCount + bytes.Length <= MaxKept)
        {
            foreach (var segment in bytes)
            {
                _kept.Write(segment.Span);
            }

            return true;
        }

        if (await _verdict.Task is not { } session)
        {
            return false;
        }

        session.MovedUp(bytes.Length);
        return true;
    }

    private static async Task ForwardAsync(ICoreCall core, ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            await core.Uplink.WriteAsync(segment);
        }

        await core.Uplink.FlushAsync();
    }
}
