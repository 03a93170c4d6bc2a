using System.Net;
using System.Net.Sockets;
using Cellway.Cli.Client;
using Cellway.Manager.Bot;

namespace Cellway.Cli.Local;

/// <summary>The bot's own way out through the network's Cores: a proxy on loopback that is there as soon as the network lets it in.</summary>
internal sealed class BotGateway : IAsyncDisposable
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private BotGateway(BotOptions? options)
    {
        Options = options;
        _running = Task.CompletedTask;
    }

    private BotGateway(BotOptions options, IPEndPoint listen, string subscription)
    {
        Options = options with { Proxy = new($"socks5://{listen}"), ThroughNetwork = null, ThroughNetworkCa = null };
        _running = RunAsync(new() { SubscriptionUrl = subscription, Listen = listen, CaFile = options.ThroughNetworkCa });
    }

    /// <summary>The options with the proxy that leads through the network, if that was asked for.</summary>
    public BotOptions? Options { get; }

    /// <exception cref="CliException">The file with the subscription cannot be read.</exception>
    public static BotGateway For(BotOptions? options)
    {
        if (options?.ThroughNetwork is not { } file)
        {
            return new(options);
        }

        try
        {
            return new(options, FreeEndpoint(), File.ReadAllText(file).Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"The subscription that the bot is to go by cannot be read from {file}: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static IPEndPoint FreeEndpoint()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }

    private async Task RunAsync(ConnectOptions options)
    {
        var status = new ConsoleStatus(Console.Error);
        try
        {
            await using var client = await BeginAsync(options, status);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Management stops.
        }
    }

    // Management comes before its nodes: there may be no way in yet.
    private async Task<ConnectClient> BeginAsync(ConnectOptions options, ConsoleStatus status)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                return await ConnectClient.StartAsync(options, status, _stop.Token);
            }
            catch (ConnectException e)
            {
                if (!told)
                {
                    await Console.Error.WriteLineAsync($"The bot has no way through the network yet: {e.Message}");
                }

                await Task.Delay(AgainAfter, TimeProvider.System, _stop.Token);
            }
        }
    }
}
