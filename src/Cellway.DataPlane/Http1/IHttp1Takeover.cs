namespace Cellway.DataPlane.Http1;

/// <summary>May take a connection over for good.</summary>
internal interface IHttp1Takeover
{
    /// <summary>Decides, without reading or writing.</summary>
    /// <returns><see langword="false"/> when the site shall answer after all.</returns>
    Task<bool> OpenAsync();

    /// <summary>Runs the connection, answering the request first, until it is over.</summary>
    /// <param name="transport">The connection; not owned.</param>
    /// <param name="received">What the client had sent behind the request.</param>
    /// <returns>How to close the connection.</returns>
    Task<CloseKind> RunAsync(Http1Transport transport, ReadOnlyMemory<byte> received);
}
