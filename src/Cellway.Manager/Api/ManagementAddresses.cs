using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Pki.Requesting;

namespace Cellway.Manager.Api;

/// <summary>Where nodes find the management plane; goes into join tokens and to attached nodes. Known once the listeners are.</summary>
internal sealed class ManagementAddresses
{
    private readonly TaskCompletionSource _bound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<string> _forNodes = [];

    /// <summary>Where operators reach this replica, as it is bound.</summary>
    public string ForOperators { get; private set; } = "";

    /// <summary>Kept once the listeners are bound, so that all of this is known.</summary>
    public Task Bound => _bound.Task;

    /// <summary>host:port of every way in for nodes of this replica.</summary>
    public IReadOnlyList<string> ForNodes
    {
        get => Volatile.Read(ref _forNodes);
        set => Volatile.Write(ref _forNodes, value);
    }

    /// <summary>The listeners are bound.</summary>
    public void Bind(IReadOnlyList<string> forNodes, string forOperators)
    {
        ForNodes = forNodes;
        ForOperators = forOperators;
        _bound.TrySetResult();
    }

    /// <summary>Those, and where the other replicas are or were: a node must find management again even when all it knew has moved.</summary>
    public IReadOnlyList<string> Known(NetworkView view) =>
    [
        .. ForNodes
            .Concat(view.Replicas.Values.SelectMany(r => r.Endpoints))
            .Concat(view.Endpoints.Values.Select(e => e.Endpoint))
            .Where(e => HostPort.TryParse(e, out _))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal), // alike on every replica
    ];

    /// <summary>As many of <see cref="Known"/> as a join token has room for, this replica's own first.</summary>
    public IReadOnlyList<string> ForTokens(NetworkView view) => [.. ForNodes.Union(Known(view), StringComparer.Ordinal).Take(JoinToken.MaxEndpoints)];
}
