namespace Cellway.Model.Regeneration;

/// <summary>Where a regeneration stands. The names are stored; never rename them.</summary>
public enum RegenerationStep
{
    /// <summary>Participants bring new Cores to the new cell.</summary>
    Forming = 1,

    /// <summary>Devices move to the new cell, in batches.</summary>
    Migrating = 2,

    /// <summary>All have moved. The old entry domain still answers, for apps that have not fetched their subscription since.</summary>
    Waiting = 3,

    /// <summary>The old cell is retired, and the keys of its nodes are being revoked. There is no way back from here.</summary>
    Retiring = 4,

    /// <summary>Over.</summary>
    Done = 5,

    /// <summary>Devices move back to the old cell.</summary>
    Undoing = 6,

    /// <summary>The old cell carries its devices as before; the new one is forming.</summary>
    Undone = 7,
}

/// <summary>What a step means.</summary>
public static class RegenerationSteps
{
    /// <summary>Whether there is nothing more to do.</summary>
    public static bool IsEnd(this RegenerationStep step) => step is RegenerationStep.Done or RegenerationStep.Undone;

    /// <summary>Whether it can still be undone.</summary>
    public static bool CanBeUndone(this RegenerationStep step) => step is RegenerationStep.Forming or RegenerationStep.Migrating or RegenerationStep.Waiting;
}
