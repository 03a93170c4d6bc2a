using Cellway.Model.Contracts;

namespace Cellway.Node.PhoneHome;

/// <summary>For nodes that open no tunnels.</summary>
internal sealed class NoEntryDuties : IEntryDuties
{
    public Task<string?> ProbeAsync(CoreTarget target, CancellationToken cancellationToken) =>
        Task.FromResult<string?>("This node does not probe.");

    public Task ReportAsync(Action<Findings> send, CancellationToken cancellationToken) => Task.CompletedTask;

    public void CloseSessionsTo(string coreId, bool evenIfAlive)
    {
        // It has none.
    }
}
