using Cellway.Model.Contracts;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.Node.PhoneHome;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.IntegrationTests.Node;

/// <summary>A root, a directory, and nodes made of the real node services.</summary>
public abstract class NodeFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("node").FullName;
    private readonly List<IHost> _hosts = [];

    private protected RootAuthority Root { get; } = RootAuthority.Create(TimeProvider.System);

    private protected RecordingLogs Logs { get; } = new();

    private protected string StateDirectory => Path.Combine(_directory, "state");

    private protected NodeOptions Options(JoinToken? token, NodeRole role = NodeRole.Entry) => new()
    {
        Role = role,
        StateDirectory = StateDirectory,
        JoinToken = token?.Reveal(),
        Listen = "127.0.0.1:4443",
        HeartbeatInterval = TimeSpan.FromMilliseconds(50),
        SilenceLimit = TimeSpan.FromSeconds(15),
        MinBackoff = TimeSpan.FromMilliseconds(10),
        MaxBackoff = TimeSpan.FromMilliseconds(100),
        EnrollLimit = TimeSpan.FromSeconds(20),
    };

    private protected Task<NodeMembership> EnrollAsync(NodeOptions options) =>
        new Enroller(options, TimeProvider.System, new LoggerFactory([Logs]).CreateLogger<Enroller>()).EnsureAsync(default);

    private protected async Task<(IHost Host, RecordingConfiguration Configuration)> StartAsync(NodeOptions options, IEntryDuties? duties = null)
    {
        var membership = await EnrollAsync(options);
        var configuration = new RecordingConfiguration();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Logs);
        builder.Services.AddSingleton<INodeConfiguration>(configuration);
        builder.Services.AddSingleton<INodeVitals>(configuration);
        if (duties is not null)
        {
            builder.Services.AddSingleton(duties);
        }

        builder.Services.AddNode(options, membership);
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return (host, configuration);
    }

    private protected static async Task EventuallyAsync(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, what);
            await Task.Delay(20);
        }
    }

    private protected async Task StopAsync(IHost host)
    {
        _hosts.Remove(host);
        await host.StopAsync();
        host.Dispose();
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.ToList())
        {
            await StopAsync(host);
        }

        Root.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }
}
