namespace Cellway.Benchmarks.Scale;

/// <summary>What a measured process says of itself.</summary>
/// <param name="Cpu">Seconds of it so far.</param>
/// <param name="Resident">Bytes of memory.</param>
/// <param name="Heap">Bytes of managed objects, with garbage unless it was asked to settle.</param>
/// <param name="Allocated">Bytes allocated so far.</param>
/// <param name="Pause">Seconds that garbage collection has stopped it so far.</param>
internal sealed record ReplicaFigures(double Cpu, long Resident, long Heap, long Allocated, double Pause);
