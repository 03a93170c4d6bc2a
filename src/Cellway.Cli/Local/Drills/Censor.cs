using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Cellway.Cli.Local.Drills;

/// <summary>What stands between the parts of a throwaway network and, when told to, does to it what censors do: connections that name a blocked domain freeze.</summary>
/// <remarks>
/// Like the real ones it reads the server name of the first flight and then lets nothing through any more, in neither direction,
/// without telling anybody. It needs no privileges: everybody's address is that of a gate, on the loopback network.
/// </remarks>
internal sealed class Censor : IAsyncDisposable
{
    private readonly Dictionary<IPEndPoint, CensorGate> _gates = [];
    private ImmutableHashSet<string> _blocked = [];

    /// <summary>Lets everything through that comes to <paramref name="listen"/>, on to <paramref name="target"/>, but for blocked names.</summary>
    public void Open(IPEndPoint listen, IPEndPoint target)
    {
        var gate = new CensorGate(this, listen, target);
        lock (_gates)
        {
            _gates.Add(target, gate);
        }
    }

    /// <summary>Closes the gate before a server that is gone: where nobody listens, nothing may look as if somebody did.</summary>
    public async Task CloseAsync(IPEndPoint target)
    {
        CensorGate? gate;
        lock (_gates)
        {
            _gates.Remove(target, out gate);
        }

        await (gate?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Freezes the connections that have named a domain, and all new ones that do.</summary>
    public void Block(string domain) => ImmutableInterlocked.Update(ref _blocked, static (all, one) => all.Add(one), domain);

    /// <summary>Lets new connections through again. What was frozen stays so: its bytes are lost.</summary>
    public void Unblock(string domain) => ImmutableInterlocked.Update(ref _blocked, static (all, one) => all.Remove(one), domain);

    public async ValueTask DisposeAsync()
    {
        List<CensorGate> open;
        lock (_gates)
        {
            open = [.. _gates.Values];
            _gates.Clear();
        }

        foreach (var gate in open)
        {
            await gate.DisposeAsync();
        }
    }

    /// <summary>Whether a connection that began with these bytes may go on.</summary>
    internal bool Lets(ReadOnlySpan<byte> firstFlight)
    {
        foreach (var domain in _blocked)
        {
            if (firstFlight.IndexOf(Encoding.ASCII.GetBytes(domain)) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
