using System.Net;

namespace Cellway.IntegrationTests.Probes;

/// <summary>One thing that a prober does, and how its transcript comes about.</summary>
internal sealed record Probe(string Name, Func<IPEndPoint, CancellationToken, Task<string>> RunAsync)
{
    public override string ToString() => Name;
}
