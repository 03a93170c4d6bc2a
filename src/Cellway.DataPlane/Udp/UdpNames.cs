using System.Buffers;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Udp;

/// <summary>What one UDP session knows of its destinations: which are allowed, where names lead, and the names to answer with.</summary>
internal sealed class UdpNames(HostLookup lookup, TimeProvider time)
{
    // A session with more destinations than that is a scan or a peer-to-peer program: it pays with another look.
    private const int MaxKnown = 1024;
    private const int MaxPending = 64 * 1024; // bytes that wait for names
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<Destination, bool> _allowed = [];
    private readonly Dictionary<Destination, Destination> _names = []; // by address: what the client called it
    private readonly Dictionary<Destination, (Destination? Address, long Since)> _found = []; // by name
    private readonly Dictionary<Destination, List<(byte[] Bytes, int Length)>> _waiting = []; // by name
    private int _pending;

    /// <summary>Whether datagrams may go to an address.</summary>
    public bool Allows(in Destination address)
    {
        lock (_lock)
        {
            if (!_allowed.TryGetValue(address, out var allowed))
            {
                allowed = lookup.Allows(address.ToAddress(), address.Port);
                Limit(_allowed);
                _allowed[address] = allowed;
            }

            return allowed;
        }
    }

    /// <summary>Whether the client has sent, or was allowed to send, to that address.</summary>
    public bool HasContacted(in Destination address)
    {
        lock (_lock)
        {
            return _names.ContainsKey(address) || _allowed.GetValueOrDefault(address);
        }
    }

    /// <summary>What the client calls an address: the name that it used for it, or the address itself.</summary>
    public Destination NameOf(in Destination address)
    {
        lock (_lock)
        {
            return _names.GetValueOrDefault(address, address);
        }
    }

    /// <summary>Where a name leads, if that is known and fresh.</summary>
    /// <returns>Whether it is known; the address is <see langword="null"/> when the name leads nowhere.</returns>
    public bool TryFind(in Destination name, out Destination? address)
    {
        lock (_lock)
        {
            var isKnown = _found.TryGetValue(name, out var found) && time.GetElapsedTime(found.Since) < s_keep;
            address = isKnown ? found.Address : null;
            return isKnown;
        }
    }

    /// <summary>Keeps a datagram until its name is resolved.</summary>
    /// <returns>Whether the caller is to resolve it: it is the first.</returns>
    public bool Wait(in Destination name, ReadOnlySpan<byte> datagram)
    {
        lock (_lock)
        {
            var isFirst = !_waiting.TryGetValue(name, out var waiting);
            if (_pending + datagram.Length > MaxPending)
            {
                return false; // as a full queue on the way would: lost
            }

            _pending += datagram.Length;
            var copy = ArrayPool<byte>.Shared.Rent(datagram.Length);
            datagram.CopyTo(copy);
            if (isFirst)
            {
                _waiting[name] = waiting = [];
            }

            waiting!.Add((copy, datagram.Length));
            return isFirst;
        }
    }

    /// <summary>Resolves a name and hands over the datagrams that waited for it, in their order.</summary>
    /// <param name="name">The name.</param>
    /// <param name="send">Sends one datagram; not called when the name leads nowhere.</param>
    /// <param name="cancellationToken">The session's end.</param>
    public async Task ResolveAsync(Destination name, Action<Destination, ReadOnlyMemory<byte>> send, CancellationToken cancellationToken)
    {
        Destination? address = null;
        try
        {
            if (await lookup.FindAsync(name.Host!, name.Port, cancellationToken) is { } found)
            {
                address = Destination.Of(new System.Net.IPEndPoint(found, name.Port));
            }
        }
        catch (OperationCanceledException)
        {
            // the session is over; what waited is given back below
        }

        lock (_lock)
        {
            Limit(_found);
            Limit(_names);
            _found[name] = (address, time.GetTimestamp());
            if (address is { } known)
            {
                _names[known] = name;
            }

            // Under the lock, so that no later datagram overtakes these.
            _waiting.Remove(name, out var waiting);
            foreach (var (bytes, length) in waiting ?? [])
            {
                if (address is { } to && !cancellationToken.IsCancellationRequested)
                {
                    send(to, bytes.AsMemory(0, length));
                }

                ArrayPool<byte>.Shared.Return(bytes);
                _pending -= length;
            }
        }
    }

    private static void Limit<T>(Dictionary<Destination, T> known)
    {
        if (known.Count >= MaxKnown)
        {
            known.Clear();
        }
    }
}
