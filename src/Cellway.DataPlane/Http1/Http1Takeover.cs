namespace Cellway.DataPlane.Http1;

/// <summary>Takes a connection over for good; returns when it is over. The connection is closed afterwards.</summary>
/// <param name="stream">The connection.</param>
/// <param name="received">What the client had sent behind the request; valid until the method returns.</param>
/// <param name="cancellationToken">Fires when the server stops.</param>
internal delegate Task Http1Takeover(Stream stream, ReadOnlyMemory<byte> received, CancellationToken cancellationToken);
