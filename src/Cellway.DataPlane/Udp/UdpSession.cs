using System.Buffers;
using System.Net.Sockets;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Udp;

/// <summary>A UDP port that works for one client: full cone, whatever streams the client comes by (wire.md 3.5).</summary>
/// <param name="session">Its limits of time, and its bytes.</param>
/// <param name="device">Whose it is.</param>
/// <param name="lookup">Judges and resolves destinations.</param>
/// <param name="time">The clock.</param>
/// <param name="fromAnyone">Whether datagrams are taken from senders that the client has not sent to.</param>
internal sealed class UdpSession(Session session, DeviceUse device, HostLookup lookup, TimeProvider time, bool fromAnyone) : IDisposable
{
    private const int BlockSize = 16 * 1024;
    private const int MaxResolving = 16;

    private readonly UdpSocket _socket = new();
    private readonly UdpNames _names = new(lookup, time);
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _resolving = [];
    private UdpClientSide? _client;

    /// <summary>The session in its table.</summary>
    public Session Session => session;

    /// <summary>Sends the client's datagram. Never waits: what cannot leave at once is lost, as datagrams are.</summary>
    public void Send(in Destination to, ReadOnlySpan<byte> datagram)
    {
        if (datagram.IsEmpty || to.Port == 0)
        {
            return;
        }

        if (to.Host is null)
        {
            if (_names.Allows(to))
            {
                SendTo(to, datagram);
            }
        }
        else if (_names.TryFind(to, out var address))
        {
            if (address is { } known)
            {
                SendTo(known, datagram);
            }
        }
        else
        {
            SendLater(to, datagram);
        }
    }

    /// <summary>From now on datagrams go to that client; an earlier one is told that it has lost the session.</summary>
    public void Attach(UdpClientSide client)
    {
        var old = Interlocked.Exchange(ref _client, client);
        old?.Detach();
    }

    /// <summary>Leaves a client, if it still is the one.</summary>
    /// <returns>Whether it was.</returns>
    public bool Detach(UdpClientSide client)
    {
        var was = Interlocked.CompareExchange(ref _client, null, client) == client;
        client.Detach();
        return was;
    }

    /// <summary>Brings datagrams to the client until the session is cut. Never throws for what peers do.</summary>
    public async Task RunAsync()
    {
        using var wake = session.Stop.Register(static udp => Volatile.Read(ref ((UdpSession)udp!)._client)?.Detach(), this); // it may wait for a slow client
        try
        {
            while (true)
            {
                await _socket.WaitAsync(session.Stop);
                var moved = await ForwardAsync(Volatile.Read(ref _client));
                if (moved > 0)
                {
                    await device.PaceDownAsync(moved, session.Stop);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            session.Cut();
        }

        Task[] resolving;
        lock (_lock)
        {
            resolving = [.. _resolving];
        }

        await Task.WhenAll(resolving);
    }

    public void Dispose() => _socket.Dispose();

    /// <returns>The bytes of the datagrams that the client got.</returns>
    private async ValueTask<int> ForwardAsync(UdpClientSide? client)
    {
        if (client is null)
        {
            _socket.TryReceive([], out _); // nobody to give it to
            return 0;
        }

        try
        {
            if (!await client.Sink.EnterAsync(client.Detached))
            {
                _socket.TryReceive([], out _);
                return 0;
            }

            var moved = Fill(client);
            session.MovedDown(moved); // before they are on their way: what a client has got is counted, whatever happens
            await client.Sink.LeaveAsync(client.Detached);
            return moved;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            session.Stop.ThrowIfCancellationRequested();
            return 0; // the session is on its way to another stream, or waits for one
        }
    }

    private int Fill(UdpClientSide client)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(client.MaxDatagram + 1);
        var block = client.Sink.GetMemory(BlockSize).Span;
        int written = 0, moved = 0;
        do
        {
            var count = _socket.TryReceive(scratch.AsSpan(0, client.MaxDatagram + 1), out var source);
            if (count > 0 && count <= client.MaxDatagram && (fromAnyone || _names.HasContacted(source)))
            {
                written += client.Write(block[written..], _names.NameOf(source), scratch.AsSpan(0, count));
                moved += count;
            }
        }
        while (block.Length - written >= client.MaxHeader + client.MaxDatagram && _socket.HasMore);

        client.Sink.Advance(written);
        ArrayPool<byte>.Shared.Return(scratch);
        return moved;
    }

    private void SendTo(in Destination to, ReadOnlySpan<byte> datagram)
    {
        if (_socket.TrySend(to, datagram))
        {
            session.MovedUp(datagram.Length);
        }
    }

    private void SendLater(in Destination name, ReadOnlySpan<byte> datagram)
    {
        lock (_lock)
        {
            _resolving.RemoveWhere(t => t.IsCompleted);
            if (_resolving.Count < MaxResolving && !session.Stop.IsCancellationRequested && _names.Wait(name, datagram))
            {
                _resolving.Add(_names.ResolveAsync(name, (to, bytes) => SendTo(to, bytes.Span), session.Stop));
            }
        }
    }
}
