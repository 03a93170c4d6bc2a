using System.Collections.Frozen;
using System.Net;

namespace Cellway.DataPlane.Dialing;

/// <summary>Which destinations a Core dials. Judges addresses only: names are resolved first (wire.md 1.5).</summary>
/// <remarks>In this order: denied ports, the operator's denied ranges, the operator's allowed ranges, the Core's own addresses, the defaults.</remarks>
public sealed class ExitPolicy
{
    private const int Smtp = 25;

    private readonly IPNetwork[] _deny;
    private readonly IPNetwork[] _allow;
    private readonly FrozenSet<int> _ports;
    private readonly FrozenSet<IPAddress> _own;

    /// <summary>Makes a policy.</summary>
    /// <param name="options">What the operator adds.</param>
    /// <param name="ownAddresses">The Core's own addresses, which are denied.</param>
    public ExitPolicy(ExitPolicyOptions options, IEnumerable<IPAddress> ownAddresses)
    {
        ArgumentNullException.ThrowIfNull(options);
        _deny = [.. options.DenyRanges];
        _allow = [.. options.AllowRanges];
        _ports = options.DenyPorts.Append(Smtp).ToFrozenSet();
        _own = ownAddresses.Select(EmbeddedAddress.Unmap).ToFrozenSet();
    }

    /// <summary>Judges one destination.</summary>
    public ExitVerdict Check(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (_ports.Contains(port) || port is <= 0 or > ushort.MaxValue)
        {
            return ExitVerdict.DeniedPort;
        }

        // A mapped or translated form leads to the IPv4 address inside it, so both must pass.
        var plain = EmbeddedAddress.Unmap(address);
        return IsOpen(plain) && (EmbeddedAddress.IPv4In(plain) is not { } inner || IsOpen(inner))
            ? ExitVerdict.Allowed
            : ExitVerdict.DeniedAddress;
    }

    private bool IsOpen(IPAddress address)
    {
        if (Contains(_deny, address))
        {
            return false;
        }

        return Contains(_allow, address) || !(_own.Contains(address) || SpecialAddresses.Contains(address));
    }

    private static bool Contains(IPNetwork[] ranges, IPAddress address)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
