namespace Cellway.Manager.Routing;

/// <summary>What a Core is told about the device behind a route; 0 is no limit.</summary>
/// <param name="Sessions">The most sessions at once.</param>
/// <param name="BytesPerSecond">The most bytes a second in each direction.</param>
internal readonly record struct RouteLimits(int Sessions, long BytesPerSecond);
