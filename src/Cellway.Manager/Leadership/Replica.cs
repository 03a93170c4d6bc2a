namespace Cellway.Manager.Leadership;

/// <summary>This process among its equals.</summary>
internal sealed class Replica(string id) : IDisposable
{
    private readonly CancellationTokenSource _streamsEnd = new();
    private volatile bool _isStopping;

    /// <summary>Its id, new at every start.</summary>
    public string Id => id;

    /// <summary>Whether it has been told to stop: it takes in no node any more.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    /// <summary>Ends the nodes' streams: they would otherwise hold up the end of the process.</summary>
    public CancellationToken StreamsEnd => _streamsEnd.Token;

    public Task EndStreamsAsync() => _streamsEnd.CancelAsync();

    public void Dispose() => _streamsEnd.Dispose();
}
