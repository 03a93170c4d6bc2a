namespace Cellway.DataPlane.Relay;

/// <summary>The client side of one call to a Core. Disposing it before its end resets the stream.</summary>
internal interface ICoreCall : IDisposable
{
    /// <summary>Takes request bytes; may be written to before the Core has answered.</summary>
    Stream Uplink { get; }

    /// <summary>Waits for the head of the response.</summary>
    /// <returns>Whether the Core took the tunnel; <see langword="false"/> means that it answered as a web site.</returns>
    /// <exception cref="IOException">The stream or its connection was lost.</exception>
    Task<bool> AnswerAsync(CancellationToken cancellationToken);

    /// <summary>Reads response bytes, after the answer. 0 means that the Core ended the stream well, and never that it was cut.</summary>
    /// <remarks>An empty buffer waits for data without holding memory.</remarks>
    /// <exception cref="IOException">The stream was cut.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Ends the request; the response goes on.</summary>
    void CompleteUplink();
}
