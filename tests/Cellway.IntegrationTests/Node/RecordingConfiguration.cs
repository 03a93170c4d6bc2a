using System.Collections.Concurrent;
using Cellway.Model.Contracts;
using Cellway.Node.PhoneHome;

namespace Cellway.IntegrationTests.Node;

internal sealed class RecordingConfiguration : INodeConfiguration, INodeVitals
{
    public ConcurrentQueue<(string[] All, string[] Changed)> Applied { get; } = new();

    public string? RefuseWith { get; set; }

    public TaskCompletionSource Resumed { get; } = new();

    public TaskCompletionSource Drained { get; } = new();

    public ValueTask ApplyAsync(
        IReadOnlyDictionary<string, Resource> all, IReadOnlyCollection<string> changed, CancellationToken cancellationToken)
    {
        if (RefuseWith is not null)
        {
            throw new InvalidOperationException(RefuseWith);
        }

        Applied.Enqueue(([.. all.Select(r => $"{r.Key}@{r.Value.Version}").Order()], [.. changed.Order()]));
        return default;
    }

    public async ValueTask DrainAsync(CancellationToken cancellationToken) => await Drained.Task.WaitAsync(cancellationToken);

    public bool IsDraining { get; private set; }

    public void Reopen() => Resumed.TrySetResult();

    public NodeVitals Read() => new(1, 2, 3, 0.5);
}
