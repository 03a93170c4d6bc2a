using System.Net;
using Cellway.Cli.Client.Links;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>One link, its opener, and whether it works. Thread-safe.</summary>
internal sealed class WayIn(ShareLink link, ITunnelOpener opener, TimeProvider time)
{
    private static readonly TimeSpan s_firstRest = TimeSpan.FromSeconds(2);

    /// <summary>So that a machine that was offline finds its way back before its user gives up.</summary>
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private int _failures;
    private DateTimeOffset _restsUntil = DateTimeOffset.MinValue;
    private int _users;
    private bool _isRetired;

    public ShareLink Link => link;

    public string Name => link.Name;

    /// <summary>Whether it may be tried now.</summary>
    public bool IsDue
    {
        get
        {
            lock (_lock)
            {
                return time.GetUtcNow() >= _restsUntil;
            }
        }
    }

    /// <summary>Opens a connection. Each one opened is to be given back by <see cref="Release"/>.</summary>
    /// <returns><see langword="null"/> when this way in is gone from the subscription.</returns>
    public async ValueTask<TunnelStream?> OpenAsync(EndPoint destination, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return null;
            }

            _users++;
        }

        try
        {
            return await opener.OpenAsync(destination, cancellationToken);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Says that a connection of <see cref="OpenAsync"/> has ended.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (--_users > 0 || !_isRetired)
            {
                return;
            }
        }

        opener.Dispose();
    }

    /// <summary>It works.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            _failures = 0;
            _restsUntil = DateTimeOffset.MinValue;
        }
    }

    /// <summary>It does not work: let it rest, longer each time. Many connections that fail together count once.</summary>
    /// <returns>Whether this is news.</returns>
    public bool Failed()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now < _restsUntil)
            {
                return false;
            }

            var rest = s_firstRest * Math.Pow(2, Math.Min(_failures++, 10));
            _restsUntil = now + (rest < s_longestRest ? rest : s_longestRest);
            return true;
        }
    }

    /// <summary>No new connections; the opener goes with the last one.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return;
            }

            _isRetired = true;
            if (_users > 0)
            {
                return;
            }
        }

        opener.Dispose();
    }

    /// <summary>Cuts every connection.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _isRetired = true;
        }

        opener.Dispose();
    }
}
