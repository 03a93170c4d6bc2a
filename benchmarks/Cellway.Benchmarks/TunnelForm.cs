using System.Net;
using Cellway.Cli.Local;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Benchmarks;

/// <summary>One way to make the tunnel: a client, an Entry process and a Core process.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="EntryEndPoint">Where the Entry listens.</param>
/// <param name="ClientTo">What a client needs to reach the Entry, or what stands before it.</param>
/// <param name="Entry">The Entry's process.</param>
/// <param name="Core">The Core's process.</param>
internal sealed record TunnelForm(string Name, EndPoint EntryEndPoint, Func<IPEndPoint?, TunnelClientOptions> ClientTo, ChildProcess Entry, ChildProcess Core)
{
    /// <summary>A client with a connection of its own.</summary>
    public TunnelClient NewClient(IPEndPoint? at) => new(ClientTo(at));
}
