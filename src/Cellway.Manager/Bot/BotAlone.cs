using Cellway.Manager.Bot.Sending;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Bot;

/// <summary>Runs the bot in a process that is no replica of management.</summary>
internal sealed class BotAlone(BotPlanner planner, TimeProvider time, BotLog log) : BackgroundService
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await planner.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // The lease was lost, or that is all.
            }
#pragma warning disable CA1031 // Whatever fails, it is tried again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.PartFailed("process", e);
            }

            await Task.Delay(AgainAfter, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
