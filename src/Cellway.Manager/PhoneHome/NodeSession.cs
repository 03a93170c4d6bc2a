using Cellway.Model.Nodes;

namespace Cellway.Manager.PhoneHome;

/// <summary>A node's session as the replica that holds its stream knows it.</summary>
internal sealed class NodeSession(NodeSessionRecord record, long heardAt)
{
    private long _heardAt = heardAt;

    public NodeSessionRecord Record => record;

    /// <summary>Timestamp of the last word from the node.</summary>
    public long HeardAt
    {
        get => Volatile.Read(ref _heardAt);
        set => Volatile.Write(ref _heardAt, value);
    }

    /// <summary>Is called when the state has it again after it was lost or given up: what hangs on it must be written again too.</summary>
    public Action? WrittenAgain { get; set; }

    /// <summary>Whether its stream is open; set to false once, when it ends.</summary>
    public bool HasStream { get; set; } = true;

    /// <summary>Whether the state has it; not while the node is silent.</summary>
    public bool IsWritten { get; set; } = true;
}
