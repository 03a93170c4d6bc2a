namespace Cellway.DataPlane.Mux;

/// <summary>One session of a main connection.</summary>
internal interface IMuxSession
{
    /// <summary>Runs until the destination ends, or the session is taken away.</summary>
    /// <returns>Whether the client is to be told of an end. Never throws for what peers do.</returns>
    Task<bool> RunAsync();

    /// <summary>The client has ended the session, in both directions.</summary>
    void End();

    /// <summary>The client will send no more on its main connection, but may still receive.</summary>
    void CompleteUplink(TimeSpan silence);
}
