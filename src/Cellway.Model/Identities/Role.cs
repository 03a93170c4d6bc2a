namespace Cellway.Model.Identities;

/// <summary>What a certificate's holder is. The names are part of every identity; never rename them.</summary>
public enum Role
{
    /// <summary>A replica of the management plane.</summary>
    Management = 1,

    /// <summary>An exit node.</summary>
    Core = 2,

    /// <summary>A relay at the front.</summary>
    Entry = 3,

    /// <summary>A person or script that runs the network.</summary>
    Operator = 4,
}
