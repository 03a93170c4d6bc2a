using System.Threading.Channels;
using Cellway.Manager.Authority;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Grpc.Core;

namespace Cellway.Manager.PhoneHome;

/// <summary>One attached node, from its hello to the end of its stream.</summary>
/// <remarks>Two tasks and no timer, for an Entry three: there are ten thousand of these. What the node should hold is brought by <see cref="ConfigurationPush"/>.</remarks>
internal sealed class NodeStream(
    NodeRecord node,
    bool drained,
    NodeSession session,
    CoreRoutes? routes,
    NodeSessions sessions,
    EntryReport? report,
    LoadJudge? load,
    Probes probes,
    IUsageReports usage,
    ForgottenRevocations forgotten,
    TimeProvider time,
    PhoneHomeLog log)
{
    private const int MaxErrorLength = 200;

    // A write that is cancelled aborts the whole call, and the node would never read why it was ended.
    private static readonly TimeSpan LastWriteWithin = TimeSpan.FromSeconds(1);

    // Bounded: a node that does not read its stream is cut, not buffered for.
    private readonly Channel<ManagementMessage> _outgoing = Channel.CreateBounded<ManagementMessage>(
        new BoundedChannelOptions(256) { SingleReader = true });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private ConfigurationStream? _configuration;
    private SharedResources? _shared;
    private TaskCompletionSource? _settled;
    private bool _drained = drained;

    public NodeRecord Node => node;

    /// <summary>A Core's routes, as long as it is attached here.</summary>
    public CoreRoutes? Routes => routes;

    /// <summary>The newest heartbeat, for people who look.</summary>
    public Heartbeat? LastHeartbeat { get; private set; }

    /// <summary>Timestamp of the last word from the node.</summary>
    public long HeardAt => session.HeardAt;

    /// <summary>Waits until the node has answered everything that it has been sent or is about to be.</summary>
    public Task SettledAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _configuration is { IsWaiting: false }
                ? Task.CompletedTask
                : (_settled ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Queues a message; <see langword="false"/> when the node has stopped reading.</summary>
    public bool TrySend(ManagementMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Brings the node to what it should hold.</summary>
    /// <param name="shared">What it has in common with others.</param>
    /// <param name="touched">What may differ from before; <see langword="null"/> for anything.</param>
    public void Configure(SharedResources shared, IEnumerable<string>? touched)
    {
        lock (_lock)
        {
            if (_shared is null || shared.Revision >= _shared.Revision)
            {
                _shared = shared;
            }

            if (touched is null)
            {
                _configuration?.TouchAll();
            }
            else
            {
                _configuration?.Touch(touched);
            }

            Advance();
        }
    }

    /// <summary>Obeys what the operator wants of the node. Apart from the updates, so that a node cannot put off its revocation by withholding an acknowledgement.</summary>
    public void Judge(NetworkView view)
    {
        if (!view.Welcomes(node))
        {
            End(new(new(StatusCode.PermissionDenied, "this node's certificate has been revoked")));
        }
        else if (view.Nodes[node.Id].State == NodeState.Draining && !_drained)
        {
            _drained = TrySend(new() { Drain = new() });
        }
        else if (view.Nodes[node.Id].State == NodeState.Active && _drained)
        {
            _drained = !TrySend(new() { Resume = new() });
        }
    }

    /// <summary>Serves the stream until the node leaves, its connection ends or <paramref name="stop"/>.</summary>
    /// <exception cref="RpcException">The node may not stay; the status says why.</exception>
    public async Task RunAsync(
        ConfigurationStream configuration, SharedResources shared, IAsyncStreamReader<NodeMessage> incoming, IServerStreamWriter<ManagementMessage> outgoing, CancellationToken stop)
    {
        lock (_lock)
        {
            _configuration = configuration;
            _shared ??= shared; // a newer one may have come since the stream was registered
            Advance();
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var writing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        List<Task> tasks = [ReceiveAsync(incoming, ending.Token), SendAsync(outgoing, ending.Token, writing.Token)];
        if (report is not null)
        {
            tasks.Add(report.RunAsync(ending.Token));
        }

        try
        {
            await await Task.WhenAny([.. tasks, _ended.Task]); // the first to end decides how the stream ends
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
            End(null);
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
                    await HeardAsync(stop);
                    if (load?.Note(message.Heartbeat.Load) == true)
                    {
                        await TellLoadAsync(load.Halvings, stop);
                    }

                    TrySend(new() { Heartbeat = new() });
                    break;
                case NodeMessage.BodyOneofCase.Ack:
                    Acknowledge(message.Ack);
                    break;
                case NodeMessage.BodyOneofCase.Findings when report is not null:
                    report.Take(message.Findings);
                    break;
                case NodeMessage.BodyOneofCase.ProbeResult when node.Role == Role.Entry:
                    await probes.ReportAsync(node.Id, message.ProbeResult, stop);
                    break;
                case NodeMessage.BodyOneofCase.Usage when node.Role == Role.Core:
                    usage.Take(node, message.Usage, ack => TrySend(new() { Usage = ack }));
                    break;
                case NodeMessage.BodyOneofCase.Trust:
                    await forgotten.LearnAsync(message.Trust, stop);
                    break;
                case NodeMessage.BodyOneofCase.Leaving:
                    log.Left(node.Id);
                    await sessions.EndAsync(session, stop);
                    return;
                default:
                    throw new RpcException(new(StatusCode.InvalidArgument, $"unexpected {message.BodyCase}"));
            }
        }

        log.StreamBroke(node.Id); // without a word: it counts as offline once it has been silent for long enough
    }

    private async Task TellLoadAsync(int halvings, CancellationToken stop)
    {
        try
        {
            log.Loaded(node.Id, halvings);
            await sessions.ChangeAsync(session, s => s with { LoadHalvings = halvings }, stop);
        }
        catch (IOException)
        {
            // Its share stays what it was until the load changes again.
        }
    }

    // A store that cannot be reached is no reason to lose a node that can.
    private async Task HeardAsync(CancellationToken stop)
    {
        try
        {
            await sessions.HeardAsync(session, stop);
        }
        catch (IOException)
        {
            // The next heartbeat tries again.
        }
    }

    private async Task SendAsync(IServerStreamWriter<ManagementMessage> outgoing, CancellationToken stop, CancellationToken abort)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(stop))
        {
            await outgoing.WriteAsync(message, abort);
        }
    }

    private void Acknowledge(Ack ack)
    {
        lock (_lock)
        {
            if (!_configuration!.Acknowledge(ack))
            {
                throw new RpcException(new(StatusCode.InvalidArgument, "acknowledges an update that was not sent"));
            }

            if (ack.Error.Length > 0)
            {
                log.UpdateRefused(node.Id, ack.Revision, ack.Error.Length <= MaxErrorLength ? ack.Error : ack.Error[..MaxErrorLength]);
            }

            Advance();
        }
    }

    private void Advance()
    {
        if (_configuration is null)
        {
            return;
        }

        if (_configuration.Next(_shared!.Revision, new NodeResources(node, routes, _shared)) is { } update && !TrySend(new() { Update = update }))
        {
            End(new(new(StatusCode.ResourceExhausted, "this node does not read its stream")));
        }

        if (!_configuration.IsWaiting)
        {
            _settled?.TrySetResult();
            _settled = null;
        }
    }

    private void End(RpcException? why)
    {
        if (why is null)
        {
            _ended.TrySetResult();
        }
        else
        {
            _ended.TrySetException(why);
        }

        lock (_lock)
        {
            _settled?.TrySetResult();
        }
    }
}
