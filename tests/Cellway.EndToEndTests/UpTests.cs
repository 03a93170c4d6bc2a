using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cellway.EndToEndTests;

public sealed class UpTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    [Fact]
    public async Task Up_ConnectAndCurl_ReturnTheServersBytes_AndARestartKeepsTheIdentities()
    {
        await using var origin = new WebOrigin();
        var port = FreePort();
        string subscription, ca;
        using (var up = CellwayProgram.Start(_home.FullName, "up", "--port", port, "--ready-file", InHome("up-1.json")))
        {
            var ready = await CellwayProgram.ReadyAsync(up, InHome("up-1.json"));
            (subscription, ca) = (ready["subscription"], ready["ca"]);
            Assert.Equal("hello", await CurlThroughAsync(subscription, ca, origin));
            Assert.Equal(0, await CellwayProgram.InterruptAsync(up));
        }

        var before = await File.ReadAllTextAsync(InHome("cellway/up/core/node.json"), TestContext.Current.CancellationToken);
        using (var up = CellwayProgram.Start(_home.FullName, "up", "--ready-file", InHome("up-2.json")))
        {
            var ready = await CellwayProgram.ReadyAsync(up, InHome("up-2.json"));
            Assert.Equal(subscription, ready["subscription"]);
            Assert.Equal("hello", await CurlThroughAsync(subscription, ca, origin));

            var status = await CellwayProgram.JsonAsync(_home.FullName, "status", "--profile", ready["profile"]);
            Assert.Equal(2, status.GetProperty("nodes").GetArrayLength());
            Assert.Equal(0, await CellwayProgram.InterruptAsync(up));
        }

        Assert.Equal(before, await File.ReadAllTextAsync(InHome("cellway/up/core/node.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Up_PortInUse_SaysSoInOneLineAndAnotherPortWorks()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, "up", "--port", port);

        Assert.Equal(1, code);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Contains("in use", error, StringComparison.Ordinal);

        using var up = CellwayProgram.Start(_home.FullName, "up", "--port", FreePort(), "--ready-file", InHome("up.json"));
        await CellwayProgram.ReadyAsync(up, InHome("up.json"));
        Assert.Equal(0, await CellwayProgram.InterruptAsync(up));
    }

    public void Dispose() => _home.Delete(recursive: true);

    private static string FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private string InHome(string name) => Path.Combine(_home.FullName, name);

    private async Task<string> CurlThroughAsync(string subscription, string ca, WebOrigin origin)
    {
        var readyFile = InHome(Path.GetRandomFileName());
        using var connect = CellwayProgram.Start(_home.FullName, "connect", subscription, "--ca", ca, "--listen", "127.0.0.1:0", "--ready-file", readyFile);
        var ready = await CellwayProgram.ReadyAsync(connect, readyFile);
        using var curl = Process.Start(new ProcessStartInfo("curl", ["-sS", "--max-time", "30", "-x", $"socks5h://{ready["proxy"]}", origin.Address]) { RedirectStandardOutput = true })!;
        var text = await curl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(connect));
        return text;
    }
}
