namespace Cellway.DataPlane.Tunnel;

/// <summary>A gRPC service name that a hop accepts for a while. The name is the secret that keeps probers from the tunnel.</summary>
/// <param name="Name">One path segment of <c>A–Z a–z 0–9 . _ -</c>, compared ordinally (wire.md 2.2).</param>
/// <param name="NotBefore">The first moment at which it is accepted.</param>
/// <param name="NotAfter">The first moment at which it is not accepted any more.</param>
public sealed record ServiceName(string Name, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
