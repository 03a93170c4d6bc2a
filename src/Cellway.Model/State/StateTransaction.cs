namespace Cellway.Model.State;

/// <summary>Conditions and the writes that happen if all of them hold.</summary>
public sealed class StateTransaction
{
    private readonly List<StateCondition> _conditions = [];
    private readonly List<StateWrite> _writes = [];

    /// <summary>What must hold.</summary>
    public IReadOnlyList<StateCondition> Conditions => _conditions;

    /// <summary>What is written then.</summary>
    public IReadOnlyList<StateWrite> Writes => _writes;

    /// <summary>Requires that <paramref name="key"/> was last written at <paramref name="modRevision"/>; 0 means that it must not exist.</summary>
    public StateTransaction Require(string key, long modRevision)
    {
        _conditions.Add(new(key, modRevision));
        return this;
    }

    /// <summary>Writes <paramref name="value"/>, by <paramref name="leaseId"/> if that is not 0.</summary>
    public StateTransaction Put(string key, ReadOnlyMemory<byte> value, long leaseId = 0)
    {
        _writes.Add(new(key, value, leaseId));
        return this;
    }

    /// <summary>Deletes the key if it exists.</summary>
    public StateTransaction Delete(string key)
    {
        _writes.Add(new(key, null, 0));
        return this;
    }

    /// <summary>Requires that the key does not exist and writes it.</summary>
    public StateTransaction Create(string key, ReadOnlyMemory<byte> value, long leaseId = 0) => Require(key, 0).Put(key, value, leaseId);

    /// <summary>Requires that the key is as it was read and writes it.</summary>
    public StateTransaction Replace(StateEntry read, ReadOnlyMemory<byte> value)
    {
        ArgumentNullException.ThrowIfNull(read);
        return Require(read.Key, read.ModRevision).Put(read.Key, value, read.LeaseId);
    }
}

/// <summary>One condition of a transaction.</summary>
/// <param name="Key">The key.</param>
/// <param name="ModRevision">The revision of its last write; 0 for a key that must not exist.</param>
public readonly record struct StateCondition(string Key, long ModRevision);

/// <summary>One write of a transaction.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The new value; <see langword="null"/> deletes.</param>
/// <param name="LeaseId">The lease it shall live by, or 0.</param>
public readonly record struct StateWrite(string Key, ReadOnlyMemory<byte>? Value, long LeaseId);

/// <summary>How a transaction ended.</summary>
/// <param name="Succeeded">Whether every condition held, so that the writes were applied.</param>
/// <param name="Revision">The store's revision after it; when it wrote, the revision of its writes.</param>
public readonly record struct TransactionResult(bool Succeeded, long Revision);
