using System.Buffers;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Vless;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>An Entry's stream until its VLESS header is there.</summary>
internal sealed class CoreOpening(CoreTunnels tunnels, Http1Peer peer, TunnelCandidate candidate, Hash256 entryKey) : StreamHandler
{
    // A header in messages of one byte each still fits; nobody sends more before it.
    private const int MaxRaw = 16 * 1024;

    private readonly long _since = tunnels.Time.GetTimestamp();
    private byte[] _raw = [];
    private int _length;
    private int _over;

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        if (endStream)
        {
            Refuse(); // no body, no tunnel
        }
        else
        {
            tunnels.Add(this);
        }
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        if (_over != 0)
        {
            return;
        }

        // What arrives in one piece is looked at where it is.
        var first = _length == 0;
        var all = first ? data : Keep(data);
        var status = TryReadHeader(all, out var request, out var headerLength);
        if (status == OperationStatus.Done)
        {
            Open(request, headerLength, all);
        }
        else if (status == OperationStatus.InvalidData || all.Length > MaxRaw)
        {
            Refuse();
        }
        else if (first)
        {
            Keep(data);
        }
    }

    public override void OnEnd() => Refuse();

    public override void OnReset(Http2ErrorCode code) => TryEnd();

    /// <summary>Gives up on a header that does not come; called by the sweep.</summary>
    public void CheckTime()
    {
        if (tunnels.Time.GetElapsedTime(_since) >= tunnels.Options.HeaderTimeout)
        {
            Refuse();
        }
    }

    private static OperationStatus TryReadHeader(ReadOnlySpan<byte> raw, out VlessRequest request, out int headerLength)
    {
        request = default;
        headerLength = 0;
        var hunks = new HunkReader();
        var early = ArrayPool<byte>.Shared.Rent(VlessRequest.MaxLength);
        try
        {
            var count = 0;
            while (!raw.IsEmpty && count < VlessRequest.MaxLength)
            {
                var status = hunks.Next(raw, out var start, out var length);
                if (status != OperationStatus.Done)
                {
                    return status;
                }

                var piece = raw.Slice(start, Math.Min(length, VlessRequest.MaxLength - count));
                piece.CopyTo(early.AsSpan(count));
                count += piece.Length;
                raw = raw[(start + length)..];
                var sequence = new ReadOnlySequence<byte>(early, 0, count);
                status = VlessRequest.Read(sequence, out request, out var consumed, out _);
                if (status != OperationStatus.NeedMoreData)
                {
                    headerLength = (int)sequence.Slice(0, consumed).Length;
                    return status;
                }
            }

            return OperationStatus.NeedMoreData;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(early);
        }
    }

    private void Open(VlessRequest request, int headerLength, ReadOnlySpan<byte> raw)
    {
        var owner = new SessionOwner(request.Id, entryKey);
        if (!tunnels.Serves(owner))
        {
            Refuse();
            return;
        }

        if (!TryEnd())
        {
            return;
        }

        if (request is { Command: VlessCommand.Tcp, Target: { } target })
        {
            var device = tunnels.DeviceOf(request.Id);
            var session = tunnels.Sessions.Open(owner, tunnels.Options.IdleTimeout, device.Traffic, CancellationToken.None);
            var tcp = new TcpTunnel(tunnels, session, device, headerLength) { Stream = Stream };
            Stream.Handler = tcp;
            tcp.Begin(target, raw);
            if (!tunnels.Serves(owner))
            {
                session.Cut(); // taken away between the check and the opening, so that nobody would have cut it
            }
        }
        else
        {
            var call = new PipedCall { Stream = Stream };
            Stream.Handler = call;
            call.OnData(raw);
            _ = RunAsync(call, owner);
        }
    }

    private async Task RunAsync(PipedCall call, SessionOwner owner)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // leave the reader first
        try
        {
            if (!await tunnels.RunAsync(call, owner))
            {
                Answer();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            call.Reset(); // the Entry's stream is gone
        }
        catch (Exception e)
        {
            CoreLog.Unexpected(tunnels.Logger, e);
            call.Reset();
        }
        finally
        {
            call.Close();
        }
    }

    private ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> data)
    {
        if (_length + data.Length > _raw.Length)
        {
            Array.Resize(ref _raw, (_length + data.Length) * 2);
        }

        data.CopyTo(_raw.AsSpan(_length));
        _length += data.Length;
        return _raw.AsSpan(0, _length);
    }

    private void Refuse()
    {
        if (TryEnd())
        {
            tunnels.Metrics.Refused();
            Answer();
        }
    }

    private void Answer() => candidate.AnswerAsSite(Stream, tunnels.Site, peer, tunnels.Time);

    private bool TryEnd()
    {
        tunnels.Remove(this);
        return Interlocked.Exchange(ref _over, 1) == 0;
    }
}
