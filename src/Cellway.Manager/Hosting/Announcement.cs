using System.Text.Json;
using Cellway.Manager.Api;
using Cellway.Manager.PhoneHome;
using Cellway.Pki.Requesting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Hosting;

/// <summary>Says where this replica serves, once it does: to nodes, to the log and to the ready file.</summary>
internal sealed class Announcement(
    ManagerOptions options, IServer server, ManagementAddresses addresses, ConfigurationPush push, IHostApplicationLifetime lifetime, HostingLog log)
{
    public void AnnounceWhenServing() => lifetime.ApplicationStarted.Register(Announce);

    private void Announce()
    {
        // Kestrel lists the listeners in the order in which they were added.
        var bound = server.Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)).ToList();
        var nodes = $"{bound[0].Host}:{bound[0].Port}";
        var admin = $"{bound[1].Host}:{bound[1].Port}";
        addresses.Bind(options.PublicEndpoints.Count > 0 ? options.PublicEndpoints : [nodes], admin);
        push.AddressesChanged();
        if (options.ReadyFile is { } path)
        {
            PrivateFiles.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["nodes"] = nodes, ["admin"] = admin }));
        }

        log.Serving(nodes, admin);
    }
}
