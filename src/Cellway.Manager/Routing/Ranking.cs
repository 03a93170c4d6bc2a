namespace Cellway.Manager.Routing;

/// <summary>How one device ranks Cores.</summary>
/// <param name="AsLent">By what they lend, and not as Cores of its own cell.</param>
/// <param name="Pin">The seed of the Core that comes first whatever its score; 0 for none.</param>
internal readonly record struct Ranking(bool AsLent, ulong Pin)
{
    /// <summary>The higher, the better. Each halving halves a Core's share of devices (weighted rendezvous hashing: u^(1/w) is the greater).</summary>
    public ulong Score(ulong device, PlannedCore core)
    {
        if (core.Seed == Pin)
        {
            return ulong.MaxValue;
        }

        var score = RouteScore.Of(device, core.Seed);
        for (var halvings = AsLent ? core.LentHalvings : core.Halvings; halvings > 0; halvings--)
        {
            score = Math.BigMul(score, score, out _);
        }

        return score;
    }
}
