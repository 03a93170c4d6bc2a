namespace Cellway.Model.Health;

/// <summary>How an Entry finds a Core. The names are stored; never rename them.</summary>
public enum CoreReach
{
    /// <summary>It answers as it should.</summary>
    Reachable = 1,

    /// <summary>It answers, but takes long. It still carries sessions.</summary>
    Slow = 2,

    /// <summary>It answers, and then the connection freezes after some kilobytes: a way in which censors block.</summary>
    Stalls = 3,

    /// <summary>Its address answers that nobody listens there, or cuts the connection.</summary>
    Refused = 4,

    /// <summary>Nothing comes back.</summary>
    Unreachable = 5,
}
