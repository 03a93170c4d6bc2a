using Cellway.Model.Contracts;

namespace Cellway.Node.PhoneHome;

/// <summary>For nodes that open no tunnels.</summary>
internal sealed class NoProber : IProber
{
    public Task<string?> ProbeAsync(CoreTarget target, CancellationToken cancellationToken) =>
        Task.FromResult<string?>("This node does not probe.");
}
