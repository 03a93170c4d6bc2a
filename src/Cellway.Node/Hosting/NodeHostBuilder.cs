using Cellway.Node.Enrollment;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.Hosting;

/// <summary>What starting an Entry and starting a Core have in common: join if need be, then phone home beside the server.</summary>
public static class NodeHostBuilder
{
    /// <summary>Joins the network if the node has not yet, and prepares its host.</summary>
    /// <param name="options">The node's.</param>
    /// <param name="configureLogging">Where logs go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="addServer">Adds the server; it starts before phone-home, which tells management its port.</param>
    /// <param name="cancellationToken">Gives up joining.</param>
    /// <exception cref="NodeStartException">It cannot; the message is one line for the person at the terminal.</exception>
    public static async Task<HostApplicationBuilder> CreateAsync(
        NodeOptions options, Action<ILoggingBuilder> configureLogging, TimeProvider time, Action<IServiceCollection> addServer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(configureLogging);
        ArgumentNullException.ThrowIfNull(addServer);
        options.EnsureValid();
        ProcessHardening.Erase(options.JoinToken);
        using var loggers = LoggerFactory.Create(configureLogging);
        var membership = await new Enroller(options, time, loggers.CreateLogger<Enroller>()).EnsureAsync(cancellationToken);
        // Only now: a node that cannot join prints one line, what to do about it.
        TlsLibrary.Report(TlsLibrary.Current, loggers.CreateLogger(nameof(TlsLibrary)));

        var builder = Host.CreateEmptyApplicationBuilder(new());
        configureLogging(builder.Logging);
        builder.Services.AddSingleton(time);
        builder.Services.AddMetrics();
        addServer(builder.Services);
        builder.Services.AddNode(options, membership);
        return builder;
    }
}
