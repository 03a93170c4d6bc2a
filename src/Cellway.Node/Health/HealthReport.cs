namespace Cellway.Node.Health;

/// <summary>How a server is.</summary>
/// <param name="IsReady">Whether it does what it is there for.</param>
/// <param name="Line">One line for people.</param>
public sealed record HealthReport(bool IsReady, string Line);
