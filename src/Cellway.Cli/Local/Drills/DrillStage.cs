using Cellway.Manager.Api;

namespace Cellway.Cli.Local.Drills;

/// <summary>The throwaway network a drill plays on, with its users.</summary>
internal sealed class DrillStage(DemoNetwork network, Censor censor, string device, string proxy, Uri page) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IAsyncDisposable> _kept = [];
    private Task _later = Task.CompletedTask;

    public DemoNetwork Network => network;

    public Censor Censor => censor;

    /// <summary>Where a client of the users listens, host:port.</summary>
    public string Proxy => proxy;

    /// <summary>What users fetch.</summary>
    public Uri Page => page;

    /// <summary>When everything that belongs to the drill had been done, in ticks of the clock; <see langword="null"/> before.</summary>
    public long? DoneAt { get; private set; } = 0;

    /// <summary>Id of the Core that the users' next session takes.</summary>
    public async Task<string> NodeInUseAsync(CancellationToken cancellationToken)
    {
        var devices = await network.Admin.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, cancellationToken);
        return devices.Single(d => d.Id == device).Core ?? throw new CliException("The users have no Core.");
    }

    /// <summary>Process of the Core that the users' next session takes.</summary>
    public async Task<ChildProcess> CoreInUseAsync(CancellationToken cancellationToken) =>
        await network.ProcessOfAsync(await NodeInUseAsync(cancellationToken), cancellationToken);

    /// <summary>Id of the node that a process is.</summary>
    public async Task<string> NodeOfAsync(ChildProcess process, CancellationToken cancellationToken)
    {
        foreach (var node in await network.Admin.GetAsync("nodes", AdminJson.Default.IReadOnlyListNodeInfo, cancellationToken))
        {
            if (await network.ProcessOfAsync(node.Id, cancellationToken) == process)
            {
                return node.Id;
            }
        }

        throw new CliException($"{process.Name} is no node.");
    }

    /// <summary>Revokes a node.</summary>
    /// <returns>The name of its process.</returns>
    public async Task<string> RevokeAsync(string node, CancellationToken cancellationToken)
    {
        await network.Admin.PostAsync($"nodes/{node}/revoke", AdminJson.Default.NodeInfo, cancellationToken);
        return (await network.ProcessOfAsync(node, cancellationToken)).Name;
    }

    /// <summary>Has something go when the drill is over.</summary>
    public T Keep<T>(T it)
        where T : IAsyncDisposable
    {
        _kept.Add(it);
        return it;
    }

    /// <summary>Does something in a while, unless the drill is over before.</summary>
    public void Later(TimeSpan delay, Func<CancellationToken, Task> action)
    {
        DoneAt = null;
        _later = RunAsync();

        async Task RunAsync()
        {
            try
            {
                await Task.Delay(delay, TimeProvider.System, _stop.Token);
                await action(_stop.Token);
                DoneAt = TimeProvider.System.GetTimestamp();
            }
            catch (OperationCanceledException)
            {
                // The drill is over.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _later;
        _stop.Dispose();
        foreach (var it in _kept)
        {
            await it.DisposeAsync();
        }
    }
}
