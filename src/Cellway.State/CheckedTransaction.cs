using Cellway.Model.State;

namespace Cellway.State;

/// <summary>A transaction within the limits, with copies of its values: the caller may reuse its buffers at once.</summary>
internal sealed class CheckedTransaction
{
    private CheckedTransaction(StateCondition[] conditions, StateWrite[] writes)
    {
        Conditions = conditions;
        Writes = writes;
        Bytes = writes.Sum(w => w.Key.Length + (w.Value?.Length ?? 0));
    }

    public IReadOnlyList<StateCondition> Conditions { get; }

    /// <summary>In ordinal key order, each key once.</summary>
    public IReadOnlyList<StateWrite> Writes { get; }

    public int Bytes { get; }

    /// <exception cref="ArgumentException">A key or value is outside the limits, or a key is written twice.</exception>
    public static CheckedTransaction Check(StateTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        StateCondition[] conditions = [.. transaction.Conditions];
        StateWrite[] writes = [.. transaction.Writes.Select(Copy)];
        foreach (var condition in conditions)
        {
            StateLimits.CheckKey(condition.Key);
        }

        Array.Sort(writes, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (var i = 1; i < writes.Length; i++)
        {
            if (writes[i].Key == writes[i - 1].Key)
            {
                throw new ArgumentException($"The key '{writes[i].Key}' is written twice.", nameof(transaction));
            }
        }

        return new(conditions, writes);
    }

    public static ArgumentException UnknownLease(long leaseId) => new($"The lease {leaseId} is unknown or has ended.", nameof(leaseId));

    private static StateWrite Copy(StateWrite write)
    {
        StateLimits.CheckKey(write.Key);
        if (write.Value is not { } value)
        {
            return write;
        }

        if (value.Length > StateLimits.MaxValueBytes)
        {
            throw new ArgumentException($"A value is at most {StateLimits.MaxValueBytes} bytes; that of '{write.Key}' has {value.Length}.", nameof(write));
        }

        return write with { Value = value.ToArray() };
    }
}
