using Cellway.Model.Contracts;

namespace Cellway.Node.PhoneHome;

/// <summary>Tries whether a Core answers as it should. Entries have one.</summary>
public interface IProber
{
    /// <summary>Null when it does, otherwise why not; one short line without addresses.</summary>
    Task<string?> ProbeAsync(CoreTarget target, CancellationToken cancellationToken);
}
