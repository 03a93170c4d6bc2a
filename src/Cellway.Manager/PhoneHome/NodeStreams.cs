using System.Net;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Grpc.Core;

namespace Cellway.Manager.PhoneHome;

/// <summary>Takes in a node that attaches and serves it to its end.</summary>
internal sealed class NodeStreams(
    IStateStore store,
    StateKeys keys,
    NetworkViewFeed feed,
    NodeConfigurations configurations,
    AttachedNodes attached,
    Probes probes,
    PhoneHomeOptions options,
    Replica replica,
    TimeProvider time,
    PhoneHomeLog log)
{
    private static readonly TimeSpan HelloWithin = TimeSpan.FromSeconds(10);

    public async Task ServeAsync(
        NodeRecord node, IPAddress from, IAsyncStreamReader<NodeMessage> incoming, IServerStreamWriter<ManagementMessage> outgoing, CancellationToken cancelled)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancelled, replica.Stopping);
        var hello = await ReadHelloAsync(incoming, ending.Token);
        var lease = new SessionLease(store, keys, options.OfflineAfter);
        var session = SessionOf(node, from, hello);
        await lease.BeginAsync(session, ending.Token);
        log.Attached(node.Role.ToString(), node.Id, session.SoftwareVersion, hello.AppliedRevision);

        var stream = new NodeStream(node, feed, configurations, lease, probes, time, log);
        attached.Add(stream, ending);
        try
        {
            await stream.RunAsync(hello, incoming, outgoing, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            throw new RpcException(new(StatusCode.Unavailable, "this stream has been replaced, or this replica is stopping"));
        }
        finally
        {
            attached.Remove(stream, ending);
        }
    }

    private async Task<Hello> ReadHelloAsync(IAsyncStreamReader<NodeMessage> incoming, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(HelloWithin, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await incoming.MoveNext(both.Token) && incoming.Current.Hello is { Port: > 0 and <= 65535 } hello && IsAddress(hello.Address)
                ? hello
                : throw new RpcException(new(StatusCode.InvalidArgument, "a stream begins with a hello that names an address and a port"));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new RpcException(new(StatusCode.DeadlineExceeded, "no hello"));
        }
    }

    private static bool IsAddress(string declared) => declared.Length == 0 || IPAddress.TryParse(declared, out _) || Names.IsDomain(declared);

    private NodeSessionRecord SessionOf(NodeRecord node, IPAddress from, Hello hello) => new()
    {
        Node = node.Id,
        Replica = replica.Id,
        Address = hello.Address.Length > 0 ? hello.Address : from.ToString(),
        Port = (int)hello.Port,
        ObservedAddress = from.ToString(),
        SoftwareVersion = hello.SoftwareVersion.Length <= 64 ? hello.SoftwareVersion : hello.SoftwareVersion[..64],
        Since = time.GetUtcNow(),
        Ready = node.Role == Role.Entry, // only Cores are probed
    };
}
