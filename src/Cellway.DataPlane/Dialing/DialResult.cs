using System.Net.Sockets;

namespace Cellway.DataPlane.Dialing;

/// <param name="Status">How the dial ended.</param>
/// <param name="Socket">The connection, the caller's to dispose of; only when connected.</param>
internal readonly record struct DialResult(DialStatus Status, Socket? Socket = null);
