using System.Text.Json.Serialization;

namespace Cellway.Model.Usage;

/// <summary>Bytes of payload that a Core has carried: to destinations, and from them. Stored as <c>[up, down]</c>.</summary>
/// <param name="Up">What clients sent.</param>
/// <param name="Down">What clients received.</param>
[JsonConverter(typeof(TrafficBytesConverter))]
public readonly record struct TrafficBytes(long Up, long Down)
{
    /// <summary>Both directions together: what limits are about.</summary>
    public long Total => Up + Down;

    /// <summary>Both of both.</summary>
    public static TrafficBytes operator +(TrafficBytes left, TrafficBytes right) => new(left.Up + right.Up, left.Down + right.Down);

    /// <summary>What is more in the first one.</summary>
    public static TrafficBytes operator -(TrafficBytes left, TrafficBytes right) => new(left.Up - right.Up, left.Down - right.Down);

    /// <summary>Both of both.</summary>
    public static TrafficBytes Add(TrafficBytes left, TrafficBytes right) => left + right;

    /// <summary>What is more in the first one.</summary>
    public static TrafficBytes Subtract(TrafficBytes left, TrafficBytes right) => left - right;
}
