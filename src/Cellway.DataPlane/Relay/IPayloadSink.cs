namespace Cellway.DataPlane.Relay;

/// <summary>Takes what a client is to receive, whatever carries it, from several writers that take turns.</summary>
internal interface IPayloadSink
{
    /// <summary>Waits for a turn.</summary>
    /// <returns><see langword="false"/> without a turn when nothing is taken any more.</returns>
    ValueTask<bool> EnterAsync(CancellationToken cancellationToken);

    /// <summary>Room for at least that many bytes, at most 16 KiB; in a turn.</summary>
    Memory<byte> GetMemory(int size);

    /// <summary>Takes the first bytes of the room; in a turn.</summary>
    void Advance(int count);

    /// <summary>Sends what was taken and ends the turn.</summary>
    /// <param name="cancellationToken">Stops waiting for the client; the turn still ends when the client has taken the bytes.</param>
    /// <returns>Whether more will be taken.</returns>
    ValueTask<bool> LeaveAsync(CancellationToken cancellationToken);
}
