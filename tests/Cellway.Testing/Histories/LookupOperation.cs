namespace Cellway.Testing.Histories;

/// <summary>An Entry asked for a device's routes.</summary>
/// <param name="Device">The device, as <see cref="WriteOperation.Subject"/> names it.</param>
/// <param name="Credential">By which it was asked for, as <see cref="WriteOperation.Value"/> names it.</param>
/// <param name="Replica">The run of the replica that was asked.</param>
/// <param name="Span">When.</param>
/// <param name="IsKnown">Whether there is such a device; <see langword="null"/> when the replica could not say.</param>
public sealed record LookupOperation(string Device, string Credential, string Replica, Span Span, bool? IsKnown)
{
    public override string ToString() => $"lookup of {Device} by {Credential} at {Replica} [{Span.Began}, {Span.Ended}]";
}
