using System.Text.Json;
using Cellway.IntegrationTests.State;
using Cellway.Manager.Hosting;
using Cellway.Model.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cellway.IntegrationTests.Manager;

/// <summary>One management replica, on loopback, in this process.</summary>
internal sealed class RunningReplica : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _disposed;

    private RunningReplica(IHost host, string nodes, string admin)
    {
        _host = host;
        Nodes = nodes;
        Admin = admin;
    }

    /// <summary>Its listener for nodes, host:port.</summary>
    public string Nodes { get; }

    /// <summary>Its listener for operators, host:port.</summary>
    public string Admin { get; }

    public static async Task<RunningReplica> StartAsync(ManagerOptions options, IStateStore store, TimeProvider time, CapturedLog log)
    {
        using var directory = new TemporaryDirectory();
        var ready = directory["ready.json"];
        var host = await ManagerHost.BuildAsync(options with { ReadyFile = ready }, store, log.Configure, time, TestContext.Current.CancellationToken);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var bound = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllBytesAsync(ready, TestContext.Current.CancellationToken))!;
        return new(host, bound["nodes"], bound["admin"]);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _host.StopAsync(limit.Token);
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }
}
