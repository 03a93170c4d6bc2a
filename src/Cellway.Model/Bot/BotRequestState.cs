namespace Cellway.Model.Bot;

/// <summary>Where a request stands. The names are stored; never rename them.</summary>
public enum BotRequestState
{
    /// <summary>Nobody has decided.</summary>
    Open = 1,

    /// <summary>An operator has agreed.</summary>
    Approved = 2,

    /// <summary>An operator has refused.</summary>
    Refused = 3,
}
