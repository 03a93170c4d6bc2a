using System.Threading.Channels;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Grpc.Core;

namespace Cellway.Manager.PhoneHome;

/// <summary>One attached node, from its hello to the end of its stream.</summary>
internal sealed class NodeStream(
    NodeRecord node, NetworkViewFeed feed, NodeConfigurations configurations, SessionLease lease, Probes probes, TimeProvider time, PhoneHomeLog log)
{
    private const int MaxErrorLength = 200;

    // A write that is cancelled aborts the whole call, and the node would never read why it was ended.
    private static readonly TimeSpan LastWriteWithin = TimeSpan.FromSeconds(1);

    // Bounded: a node that does not read its stream is cut, not buffered for.
    private readonly Channel<ManagementMessage> _outgoing = Channel.CreateBounded<ManagementMessage>(
        new BoundedChannelOptions(256) { SingleReader = true });

    private readonly Channel<Ack> _acknowledged = Channel.CreateBounded<Ack>(1);
    private readonly RevisionGate _settled = new();
    private ConfigurationStream? _configuration;

    public NodeRecord Node => node;

    /// <summary>The newest heartbeat, for people who look.</summary>
    public Heartbeat? LastHeartbeat { get; private set; }

    /// <summary>Waits until the node has answered everything up to <paramref name="revision"/>.</summary>
    public Task SettledAsync(long revision, CancellationToken cancellationToken) => _settled.WaitForAsync(revision, cancellationToken);

    /// <summary>Queues a message; <see langword="false"/> when the node has stopped reading.</summary>
    public bool TrySend(ManagementMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Serves the stream until the node leaves, its connection ends or <paramref name="stop"/>.</summary>
    /// <exception cref="RpcException">The node may not stay; the status says why.</exception>
    public async Task RunAsync(
        Hello hello, IAsyncStreamReader<NodeMessage> incoming, IServerStreamWriter<ManagementMessage> outgoing, CancellationToken stop)
    {
        _configuration = new(hello.Resources);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var writing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Task[] tasks =
        [
            ReceiveAsync(incoming, ending.Token),
            SendAsync(outgoing, ending.Token, writing.Token),
            ConfigureAsync(ending.Token),
            ObeyAsync(ending.Token),
        ];
        try
        {
            await await Task.WhenAny(tasks); // the first to end decides how the stream ends
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            log.StreamBroke(node.Id);
        }
        finally
        {
            await ending.CancelAsync();
            writing.CancelAfter(LastWriteWithin);
            await Task.WhenAll(tasks).ContinueWith(_ => { }, TaskScheduler.Default); // what they throw now is the cancellation
        }
    }

    private async Task ReceiveAsync(IAsyncStreamReader<NodeMessage> incoming, CancellationToken stop)
    {
        while (await incoming.MoveNext(stop))
        {
            var message = incoming.Current;
            switch (message.BodyCase)
            {
                case NodeMessage.BodyOneofCase.Heartbeat:
                    LastHeartbeat = message.Heartbeat;
                    await lease.RenewAsync(stop);
                    TrySend(new() { Heartbeat = new() });
                    break;
                case NodeMessage.BodyOneofCase.Ack:
                    Acknowledge(message.Ack);
                    break;
                case NodeMessage.BodyOneofCase.ProbeResult when node.Role == Role.Entry:
                    await probes.ReportAsync(node.Id, message.ProbeResult, stop);
                    break;
                case NodeMessage.BodyOneofCase.Leaving:
                    log.Left(node.Id);
                    await lease.EndAsync(stop);
                    return;
                default:
                    throw new RpcException(new(StatusCode.InvalidArgument, $"unexpected {message.BodyCase}"));
            }
        }

        log.StreamBroke(node.Id); // without a word: the lease decides when the node counts as offline
    }

    private async Task SendAsync(IServerStreamWriter<ManagementMessage> outgoing, CancellationToken stop, CancellationToken abort)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(stop))
        {
            await outgoing.WriteAsync(message, abort);
        }
    }

    private async Task ConfigureAsync(CancellationToken stop)
    {
        var first = true;
        for (var view = feed.Current; ; view = await feed.WaitForAsync(view.Revision + 1, stop))
        {
            if (view.Nodes.TryGetValue(node.Id, out var now) && _configuration!.Next(view.Revision, configurations.Of(view, now), first) is { } update)
            {
                if (!TrySend(new() { Update = update }))
                {
                    throw new RpcException(new(StatusCode.ResourceExhausted, "this node does not read its stream"));
                }

                first = false;
                await _acknowledged.Reader.ReadAsync(stop);
            }

            _settled.Reach(view.Revision);
        }
    }

    // Apart from the updates, so that a node cannot put off its revocation by withholding an acknowledgement.
    private async Task ObeyAsync(CancellationToken stop)
    {
        var drained = false;
        for (var view = feed.Current; ; view = await feed.WaitForAsync(view.Revision + 1, stop))
        {
            if (!view.Nodes.TryGetValue(node.Id, out var now) || now.State == NodeState.Revoked || now.KeyHash != node.KeyHash || view.IsRevoked(node.KeyHash))
            {
                throw new RpcException(new(StatusCode.PermissionDenied, "this node's certificate has been revoked"));
            }

            if (now.State == NodeState.Draining && !drained)
            {
                drained = TrySend(new() { Drain = new() });
            }
        }
    }

    private void Acknowledge(Ack ack)
    {
        if (!_configuration!.Acknowledge(ack))
        {
            throw new RpcException(new(StatusCode.InvalidArgument, "acknowledges an update that was not sent"));
        }

        if (ack.Error.Length > 0)
        {
            log.UpdateRefused(node.Id, ack.Revision, ack.Error.Length <= MaxErrorLength ? ack.Error : ack.Error[..MaxErrorLength]);
        }

        _acknowledged.Writer.TryWrite(ack);
    }
}
