using System.Threading.Channels;
using Cellway.Manager.Api;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.PhoneHome;

/// <summary>Brings what has changed in the view to the attached nodes that it concerns, and to no others.</summary>
/// <remarks>Changes that come in quick succession go out together: the first one at once, the others after a moment.</remarks>
internal sealed class ConfigurationPush : BackgroundService, IViewFollower
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // The more nodes the last push concerned, the longer the next one gathers: in an attach storm every newcomer takes routes from everybody.
    private static readonly TimeSpan PerNode = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    // Every new address of an Entry goes to every Core: while many Entries come, that is once a second and not once for each.
    private static readonly TimeSpan EntriesInterval = TimeSpan.FromSeconds(1);

    // A Core that only loses devices to others can be told later: in an attach storm every newcomer takes some from everybody.
    private static readonly TimeSpan LeftInterval = TimeSpan.FromSeconds(10);

    private readonly AttachedNodes _attached;
    private readonly RouteTable _routes;
    private readonly WebCertificates _certificates;
    private readonly ManagementAddresses _addresses;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Lock _pushing = new();
    private readonly RevisionGate _done = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _later;
    private readonly ITimer _left;
    private Pending _pending = new();
    private NetworkView? _view;
    private volatile SharedResources? _shared;
    private long? _entriesAt;
    private bool _leftIsDue;

    public ConfigurationPush(AttachedNodes attached, RouteTable routes, WebCertificates certificates, ManagementAddresses addresses, TimeProvider time)
    {
        (_attached, _routes, _certificates, _addresses, _time) = (attached, routes, certificates, addresses, time);
        _later = time.CreateTimer(_ => _wake.Writer.TryWrite(true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _left = time.CreateTimer(_ => TellLeft(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What nodes have in common now.</summary>
    public SharedResources Shared => _shared ?? throw new InvalidOperationException("The view has not been read yet.");

    public void Apply(NetworkView view, ViewChanges changes)
    {
        lock (_lock)
        {
            _view = view;
            _pending.Add(changes, _routes.TakeTouched());
            if (!_leftIsDue && _routes.AnyLeft)
            {
                _leftIsDue = _left.Change(LeftInterval, Timeout.InfiniteTimeSpan);
            }
        }

        if (changes.Everything)
        {
            PushPending(); // nodes may attach from now on
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>Waits until everything up to <paramref name="revision"/> is on its way to the nodes.</summary>
    public Task PushedAsync(long revision, CancellationToken cancellationToken) => _done.WaitForAsync(revision, cancellationToken);

    /// <summary>Says that something outside the view has changed: where this replica serves.</summary>
    public void AddressesChanged()
    {
        lock (_lock)
        {
            _pending.Trust = true;
        }

        _wake.Writer.TryWrite(true);
    }

    public override void Dispose()
    {
        _later.Dispose();
        _left.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stoppingToken))
            {
                _wake.Reader.TryRead(out _);
                var gather = Interval + (PerNode * PushPending());
                await Task.Delay(gather < LongestInterval ? gather : LongestInterval, _time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private void TellLeft()
    {
        lock (_lock)
        {
            _leftIsDue = false;
            _pending.Routes.UnionWith(_routes.TakeTouched(left: true));
        }

        _wake.Writer.TryWrite(true);
    }

    /// <returns>How many nodes it concerned.</returns>
    private int PushPending()
    {
        lock (_pushing) // apart from what the feed waits for
        {
            Pending pending;
            NetworkView? view;
            lock (_lock)
            {
                (pending, _pending, view) = (_pending, new(), _view);
            }

            if (view is null)
            {
                return 0;
            }

            var concerned = Push(view, pending);
            _done.Reach(view.Revision);
            return concerned;
        }
    }

    private int Push(NetworkView view, Pending pending)
    {
        var before = _shared;
        var withEntries = AreEntriesDue(pending.Entries || pending.Nodes.Any(id => !view.Nodes.TryGetValue(id, out var node) || node.Role == Role.Entry) || pending.Everything);
        var now = SharedResources.After(before, view, _addresses.Known(view), _certificates, withEntries);
        _shared = now;
        if (before is null || pending.Everything)
        {
            foreach (var stream in _attached.All)
            {
                stream.Judge(view);
                stream.Configure(now, touched: null);
            }

            return _attached.Count;
        }

        var cells = now.CellsChangedSince(before);
        var names = now.NamesChangedSince(before);
        var (trust, entries) = (now.Trust != before.Trust, now.Entries != before.Entries);
        foreach (var stream in pending.Trust ? _attached.All : pending.Nodes.Select(_attached.Find).OfType<NodeStream>())
        {
            stream.Judge(view);
        }

        var concerned = 0;
        if (trust || entries || cells.Count > 0 || names.Count > 0)
        {
            foreach (var stream in _attached.All)
            {
                List<string> touched = [.. NodeResources.Touched(stream.Node, trust, entries, cells, names)];
                if (touched.Count > 0)
                {
                    stream.Configure(now, touched);
                    concerned++;
                }
            }
        }

        foreach (var stream in pending.Routes.Select(_attached.Find).OfType<NodeStream>())
        {
            if (stream.Routes!.TakeChanged() is { Count: > 0 } changed)
            {
                stream.Configure(now, changed.Select(RouteShards.NameOf));
                concerned++;
            }
        }

        return concerned;
    }

    private bool AreEntriesDue(bool wanted)
    {
        if (!wanted)
        {
            return false;
        }

        var now = _time.GetTimestamp();
        if (_entriesAt is { } last && _time.GetElapsedTime(last, now) is var since && since < EntriesInterval)
        {
            lock (_lock)
            {
                _pending.Entries = true;
            }

            _later.Change(EntriesInterval - since, Timeout.InfiniteTimeSpan);
            return false;
        }

        _entriesAt = now;
        return true;
    }

    private sealed class Pending
    {
        public HashSet<string> Nodes { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Routes { get; } = new(StringComparer.Ordinal);

        public bool Everything { get; private set; }

        public bool Trust { get; set; }

        public bool Entries { get; set; }

        public void Add(ViewChanges changes, IEnumerable<string> routes)
        {
            Everything |= changes.Everything;
            Trust |= changes.Trust;
            Nodes.UnionWith(changes.Nodes);
            Routes.UnionWith(routes);
        }
    }
}
