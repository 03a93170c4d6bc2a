using Cellway.Manager.Routing;

namespace Cellway.Manager.PhoneHome;

/// <summary>How often a Core's share of devices is halved because of the load that its heartbeats tell of.</summary>
internal sealed class LoadJudge(RoutingOptions options)
{
    private const int SlowerBack = 4;

    private int _wanted;
    private int _times;

    public int Halvings { get; private set; }

    /// <summary>Takes in one heartbeat.</summary>
    /// <returns>Whether it is another number now.</returns>
    public bool Note(double load)
    {
        // What has been halved is given back only well below the mark, or it would come and go.
        var wanted = load > 2 * options.LoadedAbove ? 2 : load > options.LoadedAbove ? 1 : load > options.LoadedAbove * 2 / 3 ? Math.Min(Halvings, 1) : 0;
        _times = wanted == _wanted ? _times + 1 : 1;
        _wanted = wanted;
        if (wanted == Halvings || _times < (wanted > Halvings ? options.LoadFor : options.LoadFor * SlowerBack))
        {
            return false;
        }

        Halvings = wanted;
        return true;
    }
}
