using System.Buffers;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Mux;

/// <summary>Runs one main connection of Mux.Cool, or the one session of single XUDP (wire.md 3).</summary>
/// <param name="services">What main connections share.</param>
/// <param name="main">The main connection in the table of sessions, without a limit of silence of its own.</param>
/// <param name="device">Whose it is.</param>
/// <param name="source">The client's frames.</param>
/// <param name="sink">Where the frames for it go.</param>
internal sealed class MuxTunnel(MuxServices services, Session main, DeviceUse device, IPayloadSource source, IPayloadSink sink) : IAsyncDisposable
{
    private readonly MuxLimits _limits = services.Limits;
    private readonly MuxTable _table = new(services.Limits.Sessions);
    private readonly MuxBudget _budget = new(services.Limits.BufferedBytes);
    private readonly PayloadBuffer _input = new(source);
    private ITimer? _empty;
    private volatile bool _expired;

    /// <summary>Runs until the client ends, or has had no session for long enough.</summary>
    /// <returns>Whether it ended well. Never throws for what peers do.</returns>
    public async Task<bool> RunAsync()
    {
        _empty = services.Sessions.Time.CreateTimer(_ => Expire(), null, _limits.EmptyTimeout, Timeout.InfiniteTimeSpan);
        var isWell = false;
        try
        {
            isWell = await ReadAsync();
            if (isWell)
            {
                foreach (var session in _table.All())
                {
                    session.CompleteUplink(_limits.HalfCloseTimeout);
                }

                await _table.WhenAllEnded().WaitAsync(main.Stop);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            isWell = false;
        }

        return isWell || _expired;
    }

    /// <summary>Ends every session and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        main.Cut();
        foreach (var session in _table.All())
        {
            session.End();
        }

        await _table.WhenAllEnded();
        if (_empty is not null)
        {
            await _empty.DisposeAsync();
        }

        _input.Dispose();
    }

    private async Task<bool> ReadAsync()
    {
        while (true)
        {
            switch (MuxFrame.Read(new(_input.Bytes), out var frame, out var consumed, out _))
            {
                case OperationStatus.Done:
                    _input.Advance(consumed.GetInteger() - new ReadOnlySequence<byte>(_input.Bytes).Start.GetInteger());
                    if (!await HandleAsync(frame))
                    {
                        return false;
                    }

                    break;
                case OperationStatus.NeedMoreData:
                    if (!await _input.FillAsync(main.Stop))
                    {
                        return _input.Bytes.IsEmpty;
                    }

                    break;
                default:
                    return false;
            }
        }
    }

    /// <returns><see langword="false"/> when the client ended inside the frame's data.</returns>
    private async ValueTask<bool> HandleAsync(MuxFrame frame)
    {
        IMuxSession? session = null;
        switch (frame.Status)
        {
            case MuxStatus.New:
                session = Open(frame);
                break;
            case MuxStatus.Keep:
                session = _table.Find(frame.Session) is var found and not MuxPackets { HasMoved: true } ? found : null;
                break;
            case MuxStatus.End:
                _table.Take(frame.Session)?.End();
                break;
        }

        if (session is null && frame.Status is MuxStatus.New or MuxStatus.Keep)
        {
            await SendEndAsync(frame.Session);
        }

        return await DeliverAsync(session, frame);
    }

    private async ValueTask<bool> DeliverAsync(IMuxSession? session, MuxFrame frame)
    {
        var left = frame.DataLength;
        if (session is MuxPackets packets && left > 0)
        {
            if (!await _input.EnsureAsync(left, main.Stop))
            {
                return false;
            }

            packets.Send(frame.Target, _input.Bytes.Span[..left]);
            _input.Advance(left);
            await device.PaceUpAsync(left, main.Stop);
            return true;
        }

        while (left > 0)
        {
            if (_input.Bytes.IsEmpty && !await _input.FillAsync(main.Stop))
            {
                return false;
            }

            var count = Math.Min(left, _input.Bytes.Length);
            if (session is MuxStream stream)
            {
                stream.Write(_input.Bytes.Span[..count]);
                await _budget.WaitAsync(main.Stop);
                await device.PaceUpAsync(count, main.Stop);
            }

            _input.Advance(count);
            left -= count;
        }

        return true;
    }

    private IMuxSession? Open(in MuxFrame frame)
    {
        if (!_table.HasRoom)
        {
            _table.Take(frame.Session)?.End();
            return null;
        }

        IMuxSession? session = frame.Network == MuxNetwork.Udp ? OpenPackets(frame) : OpenStream(frame);
        if (session is null)
        {
            _table.Take(frame.Session)?.End();
            return null;
        }

        _empty!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var number = frame.Session;
        _table.Add(number, session, () => RunSessionAsync(number, session));
        return session;
    }

    private MuxStream? OpenStream(in MuxFrame frame)
    {
        if (!device.TryOpen())
        {
            return null;
        }

        var target = frame.Target!.Value.ToEndPoint();
        return new(
            frame.Session,
            services.Sessions.Open(main.Owner, _limits.IdleTimeout, device.Traffic, main.Stop),
            device,
            _budget,
            sink,
            stop => services.Dial(target, stop),
            _limits.HalfCloseTimeout);
    }

    private MuxPackets? OpenPackets(in MuxFrame frame)
    {
        var client = new MuxPacketClientSide(frame.Session, sink);
        var target = frame.Target!.Value;
        if (frame.GlobalId != 0)
        {
            return services.Roaming.Attach(main.Owner, device, frame.GlobalId, client) is { } kept
                ? new(target, kept, client, device, services.Roaming)
                : null;
        }

        if (services.Udp.TryOpen(main.Owner, device, main.Stop) is not { } udp)
        {
            return null;
        }

        udp.Attach(client);
        return new(target, udp, client, device, null);
    }

    private async Task RunSessionAsync(ushort number, IMuxSession session)
    {
        await Task.Yield(); // not under the table's lock, nor in the way of the next frame
        var isEnd = await session.RunAsync();
        if (_table.Remove(number, session) && isEnd)
        {
            await SendEndAsync(number);
        }

        if (_table.IsEmpty)
        {
            _empty!.Change(_limits.EmptyTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private async ValueTask SendEndAsync(ushort number)
    {
        if (!_table.MarkEnded(number))
        {
            return;
        }

        try
        {
            if (await sink.EnterAsync(main.Stop))
            {
                sink.Advance(MuxFrameWriter.WriteEnd(sink.GetMemory(MuxFrameWriter.EndLength).Span, number));
                await sink.LeaveAsync(main.Stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // the main connection is ending, and with it every session
        }
    }

    private void Expire()
    {
        if (_table.IsEmpty)
        {
            _expired = true;
            main.Cut();
        }
    }
}
