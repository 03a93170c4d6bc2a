namespace Cellway.Model.Incidents;

/// <summary>Where an incident stands. The names are stored; never rename them.</summary>
public enum IncidentState
{
    /// <summary>It goes on.</summary>
    Open = 1,

    /// <summary>Nobody is hurt by it any more: the domain answers again, or the cell's devices are elsewhere. It opens again if it returns.</summary>
    Mitigated = 2,

    /// <summary>Over. What happens afterwards is another incident.</summary>
    Closed = 3,
}
