using Cellway.Node.Health;
using Cellway.Node.PhoneHome;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cellway.Node.Hosting;

/// <summary>Runs a node from start to end, and tells its health meanwhile.</summary>
public static class NodeRunner
{
    /// <summary>The exit code of a node that was told to stop while it waited for a person. As sysexits has it: something is misconfigured.</summary>
    public const int Misconfigured = 78;

    private static readonly TimeSpan RetryEvery = TimeSpan.FromMinutes(1);

    /// <summary>Runs the node until it is told to stop.</summary>
    /// <param name="state">Its state directory.</param>
    /// <param name="hold">
    /// What cannot start stays, says why, and tries again every minute where that may help. A container runtime that restarts
    /// whatever ends, as Docker's <c>unless-stopped</c> does with any exit code, would else start it for ever.
    /// </param>
    /// <param name="build">Checks the options, joins and builds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ctrl-C or SIGTERM.</param>
    /// <exception cref="NodeStartException">It cannot start, and does not hold.</exception>
    public static async Task<int> RunAsync(string state, bool hold, Func<CancellationToken, Task<IHost>> build, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(build);
        ProcessHardening.Apply();
        var health = new NodeHealth();
        await using var socket = HealthSocket.Listen(state, health);
        var told = "";
        while (true)
        {
            try
            {
                using var host = await build(cancellationToken);
                Follow(host, health);
                await using var drain = cancellationToken.Register(() => health.Set(false, "drains"));
                await HostRunner.RunAsync(host, cancellationToken);
                return 0;
            }
            catch (NodeStartException e) when (hold)
            {
                if (e.Message != told)
                {
                    await Console.Error.WriteLineAsync(told = e.Message);
                }

                health.Set(false, e.Message);
                await Task.Delay(e.IsFinal ? Timeout.InfiniteTimeSpan : RetryEvery, time, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                if (cancellationToken.IsCancellationRequested)
                {
                    return Misconfigured;
                }
            }
        }
    }

    private static void Follow(IHost host, NodeHealth health)
    {
        health.Set(false, "waits for its first configuration");
        var age = host.Services.GetRequiredService<TrustAge>();
        health.Remark = () => age.Remark;
        _ = host.Services.GetRequiredService<PhoneHomeClient>().Configured.ContinueWith(_ => health.Set(true, "serves"), TaskScheduler.Default);
    }
}
