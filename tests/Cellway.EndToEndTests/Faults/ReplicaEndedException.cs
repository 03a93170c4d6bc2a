namespace Cellway.EndToEndTests.Faults;

/// <summary>A replica ended instead of serving.</summary>
internal sealed class ReplicaEndedException(string message) : Exception(message);
