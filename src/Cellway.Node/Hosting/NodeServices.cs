using System.Net;
using Cellway.Node.Certificates;
using Cellway.Node.Enrollment;
using Cellway.Node.LastGood;
using Cellway.Node.PhoneHome;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.Hosting;

/// <summary>Registers what a node needs once it has joined.</summary>
public static class NodeServices
{
    /// <summary>
    /// Adds phone-home, renewal and management calls. The caller adds <see cref="INodeConfiguration"/>, <see cref="INodeVitals"/>
    /// and, in an Entry, <see cref="IEntryDuties"/>, in a Core, <see cref="INodeUsage"/>, and sets <see cref="ServingPort"/> when it listens on port 0.
    /// </summary>
    public static IServiceCollection AddNode(this IServiceCollection services, NodeOptions options, NodeMembership membership)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(membership);
        var port = new ServingPort();
        if (IPEndPoint.Parse(options.Listen).Port is > 0 and var known)
        {
            port.Set(known);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(membership);
        services.AddSingleton(membership.Certificate);
        services.AddSingleton(membership.Trust);
        services.AddSingleton(port);
        services.AddSingleton<ManagementLink>();
        services.AddSingleton<ManagementChannels>();
        services.AddSingleton(p => new ManagementClient(
            p.GetRequiredService<ManagementLink>(), options, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LastGoodFile>();
        services.AddSingleton(p => new ManagementContact(
            p.GetRequiredService<LastGoodFile>().HeardAt ?? p.GetRequiredService<TimeProvider>().GetUtcNow(),
            p.GetRequiredService<LastGoodFile>().SaveHeardAt,
            p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new PhoneHomeClient(
            options,
            membership.Trust,
            membership.Certificate,
            p.GetRequiredService<ManagementChannels>(),
            p.GetRequiredService<ManagementLink>(),
            port,
            p.GetRequiredService<LastGoodFile>(),
            p.GetRequiredService<INodeConfiguration>(),
            p.GetRequiredService<INodeVitals>(),
            p.GetRequiredService<INodeUsage>(),
            p.GetRequiredService<IEntryDuties>(),
            p.GetRequiredService<ManagementContact>(),
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<PhoneHomeClient>>()));
        services.AddHostedService(provider => provider.GetRequiredService<PhoneHomeClient>());
        services.AddHostedService<CertificateRenewal>();
        services.AddSingleton<TrustAge>();
        services.AddHostedService(provider => provider.GetRequiredService<TrustAge>());
        services.TryAddSingleton<IEntryDuties, NoEntryDuties>();
        services.TryAddSingleton<INodeUsage, NoUsage>();
        return services;
    }
}
