namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>There is no connection to a Core. The message has no addresses and no secrets in it.</summary>
internal sealed class CoreUnreachableException(string message, Exception? inner = null) : IOException(message, inner);
