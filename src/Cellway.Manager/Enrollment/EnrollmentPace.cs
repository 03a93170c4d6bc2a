using System.Net;

namespace Cellway.Manager.Enrollment;

/// <summary>Who is refused too often may not ask for a while: by address, and by token. Whoever has what it takes is never counted.</summary>
internal sealed class EnrollmentPace(EnrollmentOptions options, TimeProvider time)
{
    private const int MaxKept = 100_000; // beyond that, newcomers are not counted in this minute

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _refused = new(StringComparer.Ordinal);
    private long _minute;

    /// <summary>Whether they may ask now.</summary>
    public bool Allows(IPAddress? address, ReadOnlySpan<byte> token)
    {
        lock (_lock)
        {
            Turn();
            return _refused.GetValueOrDefault(NameOf(address)) < options.RefusalsPerAddress && _refused.GetValueOrDefault(NameOf(token)) < options.RefusalsPerToken;
        }
    }

    public void Refused(IPAddress? address, ReadOnlySpan<byte> token)
    {
        lock (_lock)
        {
            Turn();
            Count(NameOf(address));
            Count(NameOf(token));
        }
    }

    private void Count(string name)
    {
        if (_refused.Count < MaxKept || _refused.ContainsKey(name))
        {
            _refused[name] = _refused.GetValueOrDefault(name) + 1;
        }
    }

    private void Turn()
    {
        var minute = time.GetTimestamp() / time.TimestampFrequency / 60;
        if (minute != _minute)
        {
            _refused.Clear();
            _minute = minute;
        }
    }

    // Of IPv6, what one customer of a provider has.
    private static string NameOf(IPAddress? address)
    {
        var bytes = (address ?? IPAddress.None).MapToIPv6().GetAddressBytes();
        return "a" + Convert.ToHexString(address is { IsIPv4MappedToIPv6: true } or { AddressFamily: System.Net.Sockets.AddressFamily.InterNetwork } ? bytes : bytes.AsSpan(0, 8));
    }

    private static string NameOf(ReadOnlySpan<byte> token) => "t" + Convert.ToHexString(token[..Math.Min(token.Length, 16)]);
}
