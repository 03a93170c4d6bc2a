using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.Node.Hosting;

namespace Cellway.EntryNode;

/// <summary>How an Entry runs.</summary>
public sealed record EntryOptions
{
    /// <summary>What every node has.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>What strangers see.</summary>
    public CoverOptions Cover { get; init; } = new();

    /// <summary>How long strangers are waited for.</summary>
    public WebTimers Timers { get; init; } = new();

    /// <summary>Clients come through a web server on this machine that ends TLS. Default no.</summary>
    public bool BehindWebServer { get; init; }

    /// <summary>How it finds out which Cores carry sessions, and whether clients come in.</summary>
    public ReachOptions Reach { get; init; } = new();

    /// <summary>How long sessions may go on once the Entry drains. Default 30 seconds.</summary>
    public TimeSpan DrainLimit { get; init; } = NodeOptions.DefaultDrainLimit;

    /// <summary>Throws when anything is wrong, naming all of it.</summary>
    /// <exception cref="NodeStartException">With every error.</exception>
    public void EnsureValid() => EnsureValid([]);

    /// <summary>Throws when anything is wrong, naming all of it.</summary>
    /// <param name="others">What is known to be wrong already.</param>
    /// <exception cref="NodeStartException">With every error.</exception>
    public void EnsureValid(IEnumerable<string> others)
    {
        List<string> errors = [.. others, .. Node.Validate(), .. Reach.Validate()];
        if (BehindWebServer && IPEndPoint.TryParse(Node.Listen, out var listen) && !IPAddress.IsLoopback(listen.Address))
        {
            errors.Add($"Listen address “{Node.Listen}”: behind a web server there is no TLS here, so only this machine may connect; use a loopback address, like 127.0.0.1:8080.");
        }

        if (errors.Count > 0)
        {
            throw new NodeStartException(string.Join(" ", errors)) { IsFinal = true };
        }
    }
}
