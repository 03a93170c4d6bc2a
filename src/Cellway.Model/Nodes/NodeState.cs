namespace Cellway.Model.Nodes;

/// <summary>What the operator wants of a node. Whether it is reachable is its session's matter. The names are stored; never rename them.</summary>
public enum NodeState
{
    /// <summary>May carry traffic.</summary>
    Active = 1,

    /// <summary>Takes no new sessions and finishes what it has.</summary>
    Draining = 2,

    /// <summary>Out for good: its key is refused everywhere.</summary>
    Revoked = 3,
}
