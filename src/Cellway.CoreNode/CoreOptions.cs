using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Front;
using Cellway.Node.Hosting;

namespace Cellway.CoreNode;

/// <summary>How a Core runs.</summary>
public sealed record CoreOptions
{
    /// <summary>What every node has.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>Where sessions may go.</summary>
    public ExitPolicyOptions ExitPolicy { get; init; } = new();

    /// <summary>What strangers see.</summary>
    public CoverOptions Cover { get; init; } = new();

    /// <summary>How long strangers are waited for.</summary>
    public WebTimers Timers { get; init; } = new();

    /// <summary>A web server on this machine, <c>address:port</c>, that strangers are passed on to; null: <see cref="Cover"/> is shown.</summary>
    public string? StrangersTo { get; init; }

    /// <summary>How long sessions may go on once the Core drains. Default 30 seconds.</summary>
    public TimeSpan DrainLimit { get; init; } = NodeOptions.DefaultDrainLimit;

    /// <summary>Throws when anything is wrong, naming all of it.</summary>
    /// <exception cref="NodeStartException">With every error.</exception>
    public void EnsureValid() => EnsureValid([]);

    /// <summary>Throws when anything is wrong, naming all of it.</summary>
    /// <param name="others">What is known to be wrong already.</param>
    /// <exception cref="NodeStartException">With every error.</exception>
    public void EnsureValid(IEnumerable<string> others)
    {
        List<string> errors = [.. others, .. Node.Validate()];
        if (StrangersTo is not null && !(IPEndPoint.TryParse(StrangersTo, out var site) && site.Port > 0 && IPAddress.IsLoopback(site.Address)))
        {
            errors.Add($"Strangers to “{StrangersTo}”: must be address:port of a web server on this machine, like 127.0.0.1:8443.");
        }

        if (errors.Count > 0)
        {
            throw new NodeStartException(string.Join(" ", errors)) { IsFinal = true };
        }
    }
}
