using Cellway.CoreNode.Accounting;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.Node.PhoneHome;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.CoreNode;

/// <summary>Puts a Core together: an exit that serves the routes it was given and nobody else.</summary>
public static class CoreHost
{
    /// <summary>Joins the network if it has not yet, and builds the Core; start it to serve.</summary>
    /// <exception cref="NodeStartException">It cannot; the message is one line for the person at the terminal.</exception>
    public static async Task<IHost> BuildAsync(
        CoreOptions options, Action<ILoggingBuilder> configureLogging, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.EnsureValid();
        var builder = await NodeHostBuilder.CreateAsync(options.Node, configureLogging, time, AddCore, cancellationToken);
        var host = builder.Build();
        try
        {
            _ = host.Services.GetRequiredService<LedgerFile>(); // now, so that a file that cannot be used is one line at the terminal
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }

        void AddCore(IServiceCollection services)
        {
            services.AddSingleton(options);
            services.AddSingleton(provider => LedgerFile.Open(
                Path.Combine(options.Node.StateDirectory, "usage"), provider.GetRequiredService<ILogger<LedgerFile>>()));
            services.AddSingleton(provider => new RouteSeal(provider.GetRequiredService<NodeMembership>().DeriveKey("cellway usage file")));
            services.AddSingleton(provider => new CoreUsage(
                provider.GetRequiredService<LedgerFile>(), provider.GetRequiredService<RouteSeal>(), time, provider.GetRequiredService<ILogger<UsageLedger>>()));
            services.AddSingleton<INodeUsage>(provider => provider.GetRequiredService<CoreUsage>());
            services.AddSingleton<CoreService>();
            services.AddHostedService(provider => provider.GetRequiredService<CoreService>());
            services.AddSingleton<INodeConfiguration>(provider => provider.GetRequiredService<CoreService>());
            services.AddSingleton<INodeVitals>(provider => provider.GetRequiredService<CoreService>());
        }
    }
}
