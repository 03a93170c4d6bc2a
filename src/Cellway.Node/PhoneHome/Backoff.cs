using System.Security.Cryptography;

namespace Cellway.Node.PhoneHome;

/// <summary>Waits that double up to a limit, each cut at random, so that a fleet does not come back in one instant.</summary>
internal sealed class Backoff
{
    private readonly TimeSpan _min;
    private readonly TimeSpan _max;
    private TimeSpan _ceiling;

    public Backoff(TimeSpan min, TimeSpan max)
    {
        _min = min;
        _max = max;
        Reset();
    }

    /// <summary>Between the shortest wait and the current ceiling, which doubles.</summary>
    public TimeSpan Next()
    {
        var ceiling = _ceiling;
        _ceiling = ceiling * 2 < _max ? ceiling * 2 : _max;
        return _min + ((ceiling - _min) * (RandomNumberGenerator.GetInt32(1001) / 1000.0));
    }

    /// <summary>Starts over after a connection that worked.</summary>
    public void Reset() => _ceiling = _min * 2 < _max ? _min * 2 : _max; // even the first wait is at random
}
