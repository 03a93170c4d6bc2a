using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Cellway.Cli.Client;

namespace Cellway.IntegrationTests.Cli.Client;

/// <summary>A connected client, its subscription server and its ways in.</summary>
internal sealed class Connected : IConnectStatus, IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _messages = new();
    private ConnectClient _client = null!;

    public required PrivateNetwork Network { get; init; }

    public Dictionary<string, TcpOpener> Openers { get; } = new() { ["one"] = new(), ["two"] = new() };

    public IPEndPoint Proxy => _client.Endpoint;

    public IEnumerable<string> Messages => _messages;

    public static async Task<Connected> StartAsync(CancellationToken cancellationToken)
    {
        var connected = new Connected { Network = await PrivateNetwork.StartAsync() };
        connected._client = await ConnectClient.StartAsync(
            new() { SubscriptionUrl = connected.Network.Url, CaFile = connected.Network.CaFile, Listen = new(IPAddress.Loopback, 0) },
            connected,
            (link, _) => connected.Openers[link.Name],
            TimeProvider.System,
            cancellationToken);
        return connected;
    }

    public void Report(ConnectNotice notice) => _messages.Enqueue(notice.Message);

    public async Task<Socket> DialAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Proxy, cancellationToken);
        return socket;
    }

    /// <summary>Runs curl, and gives what it wrote.</summary>
    public static async Task<(int ExitCode, byte[] Output)> CurlAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var curl = Process.Start(new ProcessStartInfo("curl", ["-sS", "--max-time", "60", "--noproxy", "", .. arguments]) { RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        await curl.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
        await curl.WaitForExitAsync(cancellationToken);
        return (curl.ExitCode, output.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await Network.DisposeAsync();
    }
}
