using Cellway.Model.Contracts;

namespace Cellway.Node.PhoneHome;

/// <summary>What an Entry does for management about Cores.</summary>
public interface IEntryDuties
{
    /// <summary>Tries whether a Core answers as it should. Null when it does, otherwise why not; one short line without addresses.</summary>
    Task<string?> ProbeAsync(CoreTarget target, CancellationToken cancellationToken);

    /// <summary>Says what this Entry finds of the network around it: all of it, then every change, until <paramref name="cancellationToken"/> fires.</summary>
    Task ReportAsync(Action<Findings> send, CancellationToken cancellationToken);

    /// <summary>Ends the sessions that go through a Core, now or once this Entry has found out that they are dead.</summary>
    void CloseSessionsTo(string coreId, bool evenIfAlive);
}
