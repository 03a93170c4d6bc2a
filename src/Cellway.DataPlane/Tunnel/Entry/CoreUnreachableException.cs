using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>There is no connection to a Core. The message has no addresses and no secrets in it.</summary>
internal sealed class CoreUnreachableException(string message, Exception? inner = null, CoreReach reach = CoreReach.Unreachable) : IOException(message, inner)
{
    /// <summary>Whether nothing came back, or a refusal.</summary>
    public CoreReach Reach { get; } = reach;
}
