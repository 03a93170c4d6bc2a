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
        return builder.Build();

        void AddCore(IServiceCollection services)
        {
            services.AddSingleton(options);
            services.AddSingleton<CoreService>();
            services.AddHostedService(provider => provider.GetRequiredService<CoreService>());
            services.AddSingleton<INodeConfiguration>(provider => provider.GetRequiredService<CoreService>());
            services.AddSingleton<INodeVitals>(provider => provider.GetRequiredService<CoreService>());
        }
    }
}
