using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>What a Core is told of one device.</summary>
/// <param name="Id">By which it knows the device.</param>
/// <param name="Limits">Of the device's sessions there.</param>
internal readonly record struct ToldRoute(RouteId Id, RouteLimits Limits);
