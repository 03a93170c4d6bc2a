using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>One Core's verdict, from what tries of it have shown one after the other.</summary>
/// <remarks>
/// That a Core carries nothing is believed at once: a try is two tries, the second over a new connection, where one is allowed. That it carries again, or
/// is slow, must be seen several times in a row, or it would flap.
/// </remarks>
internal sealed class ReachJudge(int inARow)
{
    private CoreReach _seen;
    private int _times;

    /// <summary>The verdict; <see langword="null"/> before the first try.</summary>
    public CoreReach? Reach { get; private set; }

    /// <summary>How long the Core took to answer when the verdict came to be.</summary>
    public int Milliseconds { get; private set; }

    /// <summary>Whether sessions are not worth trying.</summary>
    public bool CarriesNothing => Reach is { } reach && !reach.Carries();

    /// <summary>Takes in what a try has shown.</summary>
    /// <returns>Whether the verdict is another one now.</returns>
    public bool Note(CoreReach seen, int milliseconds)
    {
        _times = seen == _seen ? _times + 1 : 1;
        _seen = seen;
        if (seen == Reach || (Reach is not null && seen.Carries() && _times < inARow))
        {
            return false;
        }

        (Reach, Milliseconds) = (seen, seen.Carries() ? milliseconds : 0);
        return true;
    }
}
