using System.Collections.Concurrent;

namespace Cellway.Testing.Histories;

/// <summary>Where clients write down what they did. Safe to use from many at once.</summary>
public sealed class HistoryRecorder(TimeProvider time)
{
    private readonly ConcurrentQueue<WriteOperation> _writes = new();
    private readonly ConcurrentQueue<EnrollOperation> _enrollments = new();
    private readonly ConcurrentQueue<LookupOperation> _lookups = new();
    private readonly ConcurrentQueue<AdmissionOperation> _admissions = new();
    private readonly ConcurrentQueue<string> _surprises = new();

    /// <summary>The clock of all spans.</summary>
    public long Now => time.GetTimestamp();

    public void Add(WriteOperation operation) => _writes.Enqueue(operation);

    public void Add(EnrollOperation operation) => _enrollments.Enqueue(operation);

    public void Add(LookupOperation operation) => _lookups.Enqueue(operation);

    public void Add(AdmissionOperation operation) => _admissions.Enqueue(operation);

    /// <summary>An answer that no fault excuses.</summary>
    public void Surprise(string what) => _surprises.Enqueue(what);

    public History ToHistory() => new()
    {
        Writes = [.. _writes], Enrollments = [.. _enrollments], Lookups = [.. _lookups], Admissions = [.. _admissions], Surprises = [.. _surprises],
    };
}
