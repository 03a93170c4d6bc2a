using Cellway.Model.State;

namespace Cellway.State;

/// <summary>A transaction within the limits, with copies of its values: the caller may reuse its buffers at once.</summary>
internal sealed class CheckedTransaction
{
    private CheckedTransaction(StateCondition[] conditions, StateWrite[] writes)
    {
        Conditions = conditions;
        Writes = writes;
        Bytes = BytesOf(writes);
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

        if (Math.Max(conditions.Length, writes.Length) > StateLimits.MaxTransactionKeys)
        {
            throw new ArgumentException(
                $"A transaction tests and writes at most {StateLimits.MaxTransactionKeys} keys each; this one tests {conditions.Length} and writes {writes.Length}.",
                nameof(transaction));
        }

        if (conditions.Sum(c => c.Key.Length) + BytesOf(writes) is var bytes && bytes > StateLimits.MaxTransactionBytes)
        {
            throw new ArgumentException($"A transaction has at most {StateLimits.MaxTransactionBytes} bytes of keys and values; this one has {bytes}.", nameof(transaction));
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

    private static int BytesOf(IEnumerable<StateWrite> writes) => writes.Sum(w => w.Key.Length + (w.Value?.Length ?? 0));

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
