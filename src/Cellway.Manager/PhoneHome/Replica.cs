using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.PhoneHome;

/// <summary>This process among its equals.</summary>
internal sealed class Replica(string id, IHostApplicationLifetime lifetime)
{
    /// <summary>Its id, new at every start.</summary>
    public string Id => id;

    /// <summary>Ends the nodes' streams when the process is told to stop: they would otherwise hold it up.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;
}
