using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cellway.Pki.Requesting;
using Cellway.Model.Identities;

namespace Cellway.EndToEndTests;

/// <summary>What others on the machine see of a running process.</summary>
public sealed class HardeningTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-hard-");

    [Theory]
    [InlineData("core", false)]
    [InlineData("core", true)]
    [InlineData("connect", true)]
    public async Task Process_StartedWithASecret_ShowsItNowhereAndDumpsNoCore(string command, bool asArgument)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows this.");
        using var silent = new TcpListener(IPAddress.Loopback, 0); // what is asked here waits
        silent.Start();
        var token = command == "connect"
            ? $"https://{silent.LocalEndpoint}/path/k2pbNUlTAqlKgSid8Hgpm2gI9Ns"
            : new JoinToken(["127.0.0.1:9"], new byte[JoinToken.IdLength], new byte[JoinToken.SecretLength], Hash256.Of("root"u8)).Reveal();
        var start = new ProcessStartInfo(CellwayProgram.Executable) { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] arguments = command == "connect"
            ? [command, token, "--listen", "127.0.0.1:0"]
            : [command, "--state", Path.Combine(_home.FullName, "state"), "--listen", "127.0.0.1:0", .. asArgument ? (string[])["--join-token", token] : []];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (!asArgument)
        {
            start.Environment["CELLWAY_JOIN_TOKEN"] = token;
        }

        using var node = Process.Start(start)!; // it looks for management, where nobody is
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (Shows("cmdline") || Shows("environ") || !CoreLimit().Contains(" 0 ", StringComparison.Ordinal))
            {
                Assert.False(node.HasExited, "it ended");
                await Task.Delay(50, limit.Token);
            }
        }
        finally
        {
            node.Kill();
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        bool Shows(string file)
        {
            try
            {
                return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{node.Id}/{file}")).Contains(token, StringComparison.Ordinal);
            }
            catch (UnauthorizedAccessException)
            {
                return false; // to root only
            }
        }

        string CoreLimit() => File.ReadLines($"/proc/{node.Id}/limits").Single(l => l.StartsWith("Max core file size", StringComparison.Ordinal));
    }

    public void Dispose() => _home.Delete(recursive: true);
}
