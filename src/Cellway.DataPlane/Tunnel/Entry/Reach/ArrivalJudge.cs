using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>Whether the clients of one cell come in as they use to, window by window.</summary>
/// <remarks>
/// What is usual follows slowly, so that evenings and nights are usual too; not while clients stay away, unless for so long that this
/// is what is usual now.
/// </remarks>
internal sealed class ArrivalJudge(int minArrivals, double collapsedShare)
{
    private const double Follows = 0.1; // half of a change in seven windows
    private const int WindowsToCollapse = 2;
    private const int WindowsToForget = 120;

    private double? _usual;
    private int _few;

    /// <summary>The verdict; <see langword="null"/> before the first window.</summary>
    public Arrivals? Arrivals { get; private set; }

    /// <summary>A window is over.</summary>
    /// <param name="count">How many clients came.</param>
    /// <param name="isWell">Whether this Entry could have served them.</param>
    /// <returns>Whether the verdict is another one now.</returns>
    public bool Note(int count, bool isWell)
    {
        if (!isWell)
        {
            return false; // clients that are not served come more often or give up: neither says anything
        }

        var usual = _usual ?? count;
        var enough = Arrivals == Model.Health.Arrivals.Collapsed ? usual / 2 : usual * collapsedShare;
        _few = usual >= minArrivals && count < enough ? _few + 1 : 0;
        if (_few == 0 || _few > WindowsToForget)
        {
            _usual = usual + ((count - usual) * Follows);
        }

        var now = _few >= WindowsToCollapse && usual >= minArrivals ? Model.Health.Arrivals.Collapsed
            : usual >= minArrivals ? Model.Health.Arrivals.Normal
            : Model.Health.Arrivals.Idle;
        if (now == Model.Health.Arrivals.Normal && _few > 0 && Arrivals is { } held)
        {
            now = held; // one window says nothing yet
        }

        var changed = now != Arrivals;
        Arrivals = now;
        return changed;
    }
}
