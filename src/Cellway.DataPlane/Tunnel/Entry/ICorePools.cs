namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Finds the pool that serves a route.</summary>
internal interface ICorePools
{
    /// <summary>The pool of a route's Core.</summary>
    CorePool Get(CoreRoute route);

    /// <summary>The pool of a Core that there has been a route to; <see langword="null"/> when it is gone.</summary>
    CorePool? Find(CoreKey key);
}
