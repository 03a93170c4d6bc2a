namespace Cellway.Manager.Leadership;

/// <summary>A lease as long as it is held.</summary>
/// <param name="Id">In the store.</param>
/// <param name="Lost">Cancelled when it has ended, or may have.</param>
internal sealed record HeldLease(long Id, CancellationToken Lost);
