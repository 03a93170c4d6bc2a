using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Mux;

/// <summary>A TCP session of a main connection.</summary>
/// <param name="number">Its number.</param>
/// <param name="session">Its limits of time, and its bytes; disposed of at the end.</param>
/// <param name="device">Whose it is; a session of it is counted out at the end.</param>
/// <param name="budget">What the main connection may hold.</param>
/// <param name="sink">The client.</param>
/// <param name="dial">Connects to the destination; <see langword="null"/> when that cannot be.</param>
/// <param name="lingering">How long the destination may take nothing once the client has ended the session.</param>
internal sealed class MuxStream(
    ushort number, Session session, DeviceUse device, MuxBudget budget, IPayloadSink sink, Func<CancellationToken, Task<Socket?>> dial, TimeSpan lingering)
    : IMuxSession
{
    private const int BlockSize = 16 * 1024;

    // Never pauses: the budget of the main connection bounds it.
    private readonly Pipe _uplink = new(new(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Lock _lock = new();
    private int _queued;
    private bool _completed;
    private volatile bool _endedByClient;

    /// <summary>Queues bytes for the destination. Never waits.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_completed)
            {
                return;
            }

            _queued += bytes.Length;
            budget.Take(bytes.Length);
            _uplink.Writer.Write(bytes);
#pragma warning disable CA2012 // it never pauses, so there is nothing to wait for
            _ = _uplink.Writer.FlushAsync();
#pragma warning restore CA2012
        }
    }

    public void End()
    {
        _endedByClient = true;
        Complete();
        session.LimitSilence(lingering);
    }

    public void CompleteUplink(TimeSpan silence)
    {
        Complete();
        session.LimitSilence(silence);
    }

    public async Task<bool> RunAsync()
    {
        try
        {
            using var destination = await dial(session.Stop);
            if (destination is not null)
            {
                var up = RunUplinkAsync(destination);
                await RunDownlinkAsync(destination);
                session.Cut();
                await up;
            }
        }
        catch (OperationCanceledException)
        {
            // cut while it was being connected
        }
        finally
        {
            Complete();
            await _uplink.Reader.CompleteAsync();
            lock (_lock)
            {
                budget.Give(_queued);
                _queued = 0;
            }

            session.Dispose();
            device.Close();
        }

        return !_endedByClient;
    }

    private void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            _uplink.Writer.Complete();
        }
    }

    private async Task RunUplinkAsync(Socket destination)
    {
        try
        {
            while (true)
            {
                var read = await _uplink.Reader.ReadAsync(session.Stop);
                foreach (var segment in read.Buffer)
                {
                    await SendAsync(destination, segment);
                }

                _uplink.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }

            destination.Shutdown(SocketShutdown.Send);
            if (_endedByClient)
            {
                session.Cut(); // both directions, but not before its bytes were sent
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            session.Cut();
        }
    }

    private async Task SendAsync(Socket destination, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await destination.SendAsync(bytes, session.Stop);
            bytes = bytes[sent..];
            session.MovedUp(sent);
            lock (_lock)
            {
                _queued -= sent;
            }

            budget.Give(sent);
        }
    }

    private async Task RunDownlinkAsync(Socket destination)
    {
        try
        {
            int count;
            do
            {
                await destination.ReceiveAsync(Memory<byte>.Empty, session.Stop); // waits without a turn
                if (!await sink.EnterAsync(session.Stop))
                {
                    return;
                }

                count = await ReceiveAsync(destination);
                await device.PaceDownAsync(count, session.Stop);
            }
            while (count > 0);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // the destination broke off, or the session was cut: Mux.Cool has one kind of end
        }
    }

    /// <summary>Uses and ends the turn.</summary>
    private async ValueTask<int> ReceiveAsync(Socket destination)
    {
        var count = 0;
        try
        {
            var room = sink.GetMemory(BlockSize - MuxFrameWriter.StreamHeadLength);
            count = await destination.ReceiveAsync(room[MuxFrameWriter.StreamHeadLength..], session.Stop); // at once: the wait is over
            if (count > 0)
            {
                sink.Advance(MuxFrameWriter.WriteStreamHead(room.Span, number, count) + count);
                session.MovedDown(count); // before they are on their way
            }
        }
        finally
        {
            if (!await sink.LeaveAsync(session.Stop))
            {
                session.Cut();
            }
        }

        return count;
    }
}
