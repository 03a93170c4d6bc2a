using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>A client's stream joined to a Core's: messages go through as they are, each side's credit follows the other's sends.</summary>
/// <remarks>
/// The response head goes out with the first message, as every gRPC server sends it. A Core that fails midway is a reset for
/// the client, never a clean end: a truncated download must not look whole.
/// </remarks>
internal sealed class EntrySplice(IClientSide client, CoreStream core, Session session, RouteLease lease) : StreamHandler
{
    private bool _headSent; // Core's reader only
    private bool _clean; // Core's reader only
    private volatile bool _coreEnded;
    private int _finished;

    /// <summary>From now on the session can be cut.</summary>
    public void Begin() => session.Stop.UnsafeRegister(static splice => ((EntrySplice)splice!).Fail(), this);

    public override void OnData(ReadOnlySpan<byte> data)
    {
        session.MovedUp(data.Length);
        if (!core.Stream.SendData(data) && !_coreEnded)
        {
            Fail();
        }
    }

    public override void OnEnd() => core.Stream.SendEnd();

    public override void OnReset(Http2ErrorCode code)
    {
        core.Stream.Reset(Http2ErrorCode.Cancel);
        Finish();
    }

    public override void OnSent(int bytes)
    {
        core.Stream.Credit(bytes);
        if (_coreEnded && client.IsClosed)
        {
            Finish();
        }
    }

    public void OnCoreData(ReadOnlySpan<byte> data)
    {
        session.MovedDown(data.Length);
        SendHead();
        if (!client.SendData(data))
        {
            core.Stream.Reset(Http2ErrorCode.Cancel);
            Finish();
        }
    }

    /// <summary>The client's bytes have left to the Core.</summary>
    public void OnCoreSent(int bytes) => client.Credit(bytes);

    public void OnCoreTrailers(bool clean) => _clean = clean;

    public void OnCoreEnd()
    {
        if (!_clean)
        {
            Fail();
            return;
        }

        SendHead();
        _coreEnded = true;
        client.SendEnd();
        if (client.IsClosed)
        {
            Finish();
        }
    }

    public void OnCoreReset()
    {
        if (!_coreEnded)
        {
            Fail();
        }
    }

    private void SendHead()
    {
        if (!_headSent)
        {
            _headSent = true;
            client.SendHead();
        }
    }

    private void Fail()
    {
        client.Reset(Http2ErrorCode.Cancel);
        core.Stream.Reset(Http2ErrorCode.Cancel);
        Finish();
    }

    private void Finish()
    {
        if (Interlocked.Exchange(ref _finished, 1) == 0)
        {
            session.Dispose();
            lease.Dispose();
        }
    }
}
