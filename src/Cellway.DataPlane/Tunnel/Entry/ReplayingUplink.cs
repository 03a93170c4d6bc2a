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
                if (read.IsCanceled || await AdmitAsync(read.Buffer) is not { } admitted)
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return;
                }

                _ended = read.IsCompleted && admitted.Length == read.Buffer.Length;
                try
                {
                    await ForwardAsync(core, admitted);
                }
                finally
                {
                    input.AdvanceTo(admitted.End);
                }
            }

            core.CompleteUplink();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or HttpRequestException)
        {
            // The client is gone, which cancels the session, or the Core is, which its answer or its downlink shows.
        }
    }

    // What may be forwarded now: before the Core's answer as much as there is room to keep, afterwards everything, and nothing once the
    // run has been stopped. As much as there is room for, not all or nothing: the Core answers only when it has the whole header.
    private async ValueTask<ReadOnlySequence<byte>?> AdmitAsync(ReadOnlySequence<byte> bytes)
    {
        var room = MaxKept - _kept.WrittenCount;
        if (!_verdict.Task.IsCompleted && room > 0)
        {
            bytes = bytes.Slice(0, Math.Min(room, bytes.Length));
            foreach (var segment in bytes)
            {
                _kept.Write(segment.Span);
            }

            return bytes;
        }

        if (await _verdict.Task is not { } session)
        {
            return null;
        }

        session.MovedUp(bytes.Length);
        return bytes;
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
