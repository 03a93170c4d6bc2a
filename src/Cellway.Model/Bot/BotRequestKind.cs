namespace Cellway.Model.Bot;

/// <summary>What a person asks the operators for. The names are stored; never rename them.</summary>
public enum BotRequestKind
{
    /// <summary>To use the network.</summary>
    Access = 1,

    /// <summary>To lend it a server.</summary>
    Contribute = 2,

    /// <summary>A participant: a join token for one node.</summary>
    JoinToken = 3,
}
