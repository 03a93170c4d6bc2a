using Cellway.Manager.Alerts;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Bot;
using Cellway.Manager.Leadership;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.View;
using Cellway.Model.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Hosting;

/// <summary>Puts a process together that runs the bot and nothing else of management: it listens nowhere, and no node comes to it.</summary>
public static class BotHost
{
    /// <summary>Opens the network in <paramref name="store"/> and builds the host; start it to run the bot as soon as nobody else does.</summary>
    /// <param name="options">As of a replica, with <see cref="ManagerOptions.Bot"/>; what nodes and operators would need is not looked at.</param>
    /// <param name="store">The state, which replicas of management have open too; the caller disposes it after the host.</param>
    /// <param name="configureLogging">Where logs go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops while opening.</param>
    /// <exception cref="AdminException">There is no network, or several, or an option of the bot cannot be.</exception>
    public static async Task<IHost> BuildAsync(
        ManagerOptions options, IStateStore store, Action<ILoggingBuilder> configureLogging, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(configureLogging);
        var network = await NetworkFinder.ChooseAsync(store, options.Network, cancellationToken);
        if ((options.Bot ?? throw new ArgumentException("There are no options of a bot.", nameof(options))).Validate() is { Count: > 0 } wrong)
        {
            throw AdminException.Invalid(string.Join(Environment.NewLine, wrong));
        }

        var keys = new StateKeys(network);
        var authority = await NetworkAuthority.OpenAsync(store, keys, network, options.Secret, cancellationToken);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        configureLogging(builder.Logging);
        ManagerHost.AddServices(builder.Services, options, store, keys, authority, time);

        // Of all that a replica does, what the bot stands on.
        builder.Services.RemoveAll<IHostedService>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<NetworkViewFeed>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ConfigurationPush>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<AlertBoard>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ReplicaLease>());
        builder.Services.AddHostedService<BotAlone>();
        return builder.Build();
    }
}
