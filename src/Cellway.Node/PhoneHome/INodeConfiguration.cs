using Cellway.Model.Contracts;

namespace Cellway.Node.PhoneHome;

/// <summary>What a node does with the state that management sends. Called by one caller at a time.</summary>
public interface INodeConfiguration
{
    /// <summary>Takes the state as a whole, or throws and keeps what it had: management is told the exception's message.</summary>
    /// <param name="all">Every resource by name.</param>
    /// <param name="changed">Names of those that are new, different or gone since the last call.</param>
    /// <param name="cancellationToken">The node is stopping.</param>
    ValueTask ApplyAsync(IReadOnlyDictionary<string, Resource> all, IReadOnlyCollection<string> changed, CancellationToken cancellationToken);

    /// <summary>Takes no new sessions and returns when those there are have ended.</summary>
    ValueTask DrainAsync(CancellationToken cancellationToken);

    /// <summary>Takes new sessions again.</summary>
    void Reopen();

    /// <summary>Whether it has been told to drain and not to go on since.</summary>
    bool IsDraining { get; }
}
