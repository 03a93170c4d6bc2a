using System.Net;

namespace Cellway.DataPlane.Dialing;

/// <summary>What an operator adds to the exit policy.</summary>
public sealed record ExitPolicyOptions
{
    /// <summary>Ranges that are denied whatever else says.</summary>
    public IReadOnlyList<IPNetwork> DenyRanges { get; init; } = [];

    /// <summary>Ports that are denied, besides 25 (SMTP).</summary>
    public IReadOnlyList<int> DenyPorts { get; init; } = [];

    /// <summary>Ranges that are allowed although the defaults deny them, such as <c>127.0.0.0/8</c> for a network on one machine.</summary>
    public IReadOnlyList<IPNetwork> AllowRanges { get; init; } = [];
}
