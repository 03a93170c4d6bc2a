using System.Net;
using Cellway.Cli.Local;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Benchmarks;

/// <summary>One way to make the tunnel: a client, an Entry process and a Core process.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="EntryEndPoint">Where the Entry listens.</param>
/// <param name="NewClient">A client with a connection of its own, to the Entry itself or to what stands before it.</param>
/// <param name="Entry">The Entry's process.</param>
/// <param name="Core">The Core's process.</param>
internal sealed record TunnelForm(string Name, EndPoint EntryEndPoint, Func<IPEndPoint?, TunnelClient> NewClient, ChildProcess Entry, ChildProcess Core);
