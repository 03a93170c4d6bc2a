using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Cellway.Cli.Commands;

namespace Cellway.IntegrationTests.Cli.Client;

public sealed class ConnectCommandTests : IAsyncLifetime
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private PrivateNetwork _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _network = await PrivateNetwork.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        await _output.DisposeAsync();
        await _error.DisposeAsync();
    }

    [Fact]
    public async Task Connect_ServesUntilCancelled_AndExitsWith0()
    {
        var readyFile = Path.Combine(Path.GetDirectoryName(_network.CaFile)!, "ready.json");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(TimeSpan.FromSeconds(60));
        var running = RunAsync(stop.Token, _network.Url, "--ca", _network.CaFile, "--listen", "127.0.0.1:0", "--ready-file", readyFile);
        while (!File.Exists(readyFile))
        {
            await Task.Delay(20, stop.Token);
        }

        var proxy = JsonDocument.Parse(await File.ReadAllTextAsync(readyFile, Token)).RootElement.GetProperty("proxy").GetString()!;
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPEndPoint.Parse(proxy), Token);
        }

        await stop.CancelAsync();
        Assert.Equal(0, await running);
        Assert.Contains($"curl -x socks5h://{proxy} ", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"curl -x http://{proxy} ", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Connect_PortInUse_SaysSo()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();

        await ExpectAsync("is in use", _network.Url, "--ca", _network.CaFile, "--listen", other.LocalEndPoint!.ToString()!);
    }

    [Theory]
    [InlineData("nonsense", "This is no URL")]
    [InlineData("http://localhost/TOKEN", "must begin with https://")]
    public Task Connect_BadUrl_SaysSo(string url, string says) => ExpectAsync(says, url, "--listen", "0");

    [Fact]
    public Task Connect_UnknownRoot_MentionsCa() => ExpectAsync("--ca FILE", _network.Url, "--listen", "0");

    [Fact]
    public Task Connect_NoCaFile_SaysSo() => ExpectAsync("There is no file", _network.Url, "--listen", "0", "--ca", _network.CaFile + "x");

    [Fact]
    public async Task Connect_CaFileWithoutCertificate_SaysSo()
    {
        await File.WriteAllTextAsync(_network.CaFile, "nothing", Token);

        await ExpectAsync("holds no certificate", _network.Url, "--listen", "0", "--ca", _network.CaFile);
    }

    [Fact]
    public Task Connect_BadListen_SaysSo() => ExpectAsync("--listen wants", _network.Url, "--listen", "here");

    private async Task ExpectAsync(string says, params string[] arguments)
    {
        Assert.Equal(1, await RunAsync(Token, arguments));
        Assert.Contains(says, _error.ToString(), StringComparison.Ordinal);
        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        Assert.DoesNotContain("TOKEN", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    private Task<int> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        new RootCommand { ConnectCommand.Create() }.Parse(["connect", .. arguments])
            .InvokeAsync(new() { Output = _output, Error = _error }, cancellationToken);
}
