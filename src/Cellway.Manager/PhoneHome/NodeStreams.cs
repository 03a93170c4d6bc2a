using Cellway.Manager.Leadership;
using System.Net;
using Cellway.Manager.Authority;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Grpc.Core;

namespace Cellway.Manager.PhoneHome;

/// <summary>Takes in a node that attaches and serves it to its end.</summary>
internal sealed class NodeStreams(
    NetworkViewFeed feed,
    StateKeys keys,
    NodeSessions sessions,
    RouteTable routes,
    ConfigurationPush push,
    AttachedNodes attached,
    Probes probes,
    IUsageReports usage,
    ForgottenRevocations forgotten,
    Replica replica,
    RoutingOptions options,
    TimeProvider time,
    PhoneHomeLog log)
{
    // A Core that has enrolled longer ago and has no session is one that comes back.
    private static readonly TimeSpan NewcomerFor = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan HelloWithin = TimeSpan.FromSeconds(10);

    public async Task ServeAsync(
        NodeRecord node, IPAddress from, IAsyncStreamReader<NodeMessage> incoming, IServerStreamWriter<ManagementMessage> outgoing, CancellationToken cancelled)
    {
        if (replica.IsStopping)
        {
            throw new RpcException(new(StatusCode.Unavailable, "this replica is stopping"));
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancelled, replica.StreamsEnd);
        var (session, configuration, drained, knowsMore) = await BeginAsync(node, from, incoming, ending.Token);

        var ownRoutes = node.Role == Role.Core ? routes.Follow(node.Id) : null;
        var report = node.Role == Role.Entry ? new EntryReport(session, sessions, keys, feed, time, log) : null;
        var stream = new NodeStream(node, drained, session, ownRoutes, sessions, report, node.Role == Role.Core ? new LoadJudge(options) : null, probes, usage, forgotten, time, log);
        if (knowsMore)
        {
            stream.TrySend(new() { TellTrust = new() }); // before it is told anything that would take the place of it
        }

        attached.Add(stream, ending);
        stream.Judge(feed.Current); // by what has come since it was let in
        try
        {
            await stream.RunAsync(configuration, push.Shared, incoming, outgoing, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            throw new RpcException(new(StatusCode.Unavailable, "this stream has been replaced, or this replica is stopping"));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.PermissionDenied)
        {
            await sessions.EndAsync(session, CancellationToken.None);
            throw;
        }
        finally
        {
            attached.Remove(stream, ending);
            session.HasStream = false; // it counts as offline once it has been silent for long enough
            if (ownRoutes is not null)
            {
                routes.Unfollow(node.Id, ownRoutes);
            }
        }
    }

    // Apart, so that nothing of the hello, which names hundreds of resources, lives as long as the stream does.
    private async Task<(NodeSession Session, ConfigurationStream Configuration, bool Drained, bool KnowsMore)> BeginAsync(
        NodeRecord node, IPAddress from, IAsyncStreamReader<NodeMessage> incoming, CancellationToken cancellationToken)
    {
        var hello = await ReadHelloAsync(incoming, cancellationToken);
        var session = await sessions.BeginAsync(SessionOf(node, from, hello), cancellationToken);
        log.Attached(node.Role.ToString(), node.Id, session.Record.SoftwareVersion, hello.AppliedRevision);
        return (session, new(hello.Resources), hello.Draining, forgotten.AreKnownTo(hello.TrustVersion));
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
        OutSince = node.Role == Role.Core && time.GetUtcNow() - node.EnrolledAt > NewcomerFor ? time.GetUtcNow() : null, // it has been away
        SourceNetwork = Names.IsId(hello.SourceNetwork) ? hello.SourceNetwork : null,
        SoftwareVersion = hello.SoftwareVersion.Length <= 64 ? hello.SoftwareVersion : hello.SoftwareVersion[..64],
        Since = time.GetUtcNow(),
        Ready = node.Role == Role.Entry, // only Cores are probed
    };
}
