using Cellway.Node.Hosting;
using Cellway.Node.PhoneHome;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.EntryNode;

/// <summary>Puts an Entry together: a relay at the front that knows no routes but those of the sessions it carries.</summary>
public static class EntryHost
{
    /// <summary>Joins the network if it has not yet, and builds the Entry; start it to serve.</summary>
    /// <exception cref="NodeStartException">It cannot; the message is one line for the person at the terminal.</exception>
    public static async Task<IHost> BuildAsync(
        EntryOptions options, Action<ILoggingBuilder> configureLogging, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.EnsureValid();
        var builder = await NodeHostBuilder.CreateAsync(options.Node, configureLogging, time, AddEntry, cancellationToken);
        return builder.Build();

        void AddEntry(IServiceCollection services)
        {
            services.AddSingleton(options);
            services.AddSingleton<EntryService>();
            services.AddHostedService(provider => provider.GetRequiredService<EntryService>());
            services.AddSingleton<INodeConfiguration>(provider => provider.GetRequiredService<EntryService>());
            services.AddSingleton<INodeVitals>(provider => provider.GetRequiredService<EntryService>());
            services.AddSingleton<IEntryDuties>(provider => provider.GetRequiredService<EntryService>());
            services.AddSingleton<ManagementRoutes>().AddSingleton<ManagementSubscriptions>();
        }
    }
}
