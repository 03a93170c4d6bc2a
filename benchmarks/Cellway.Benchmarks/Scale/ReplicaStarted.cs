namespace Cellway.Benchmarks.Scale;

/// <summary>A measured process's first line: where it serves, and after how long.</summary>
internal sealed record ReplicaStarted(string Nodes, string Admin, double Seconds);
