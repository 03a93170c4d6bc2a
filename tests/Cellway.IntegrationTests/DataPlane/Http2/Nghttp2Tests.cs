using System.Diagnostics;
using Cellway.DataPlane.Http2;

namespace Cellway.IntegrationTests.DataPlane.Http2;

/// <summary>nghttp2's own programs (package nghttp2-client) against our server; skipped where they are not installed.</summary>
public sealed class Nghttp2Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nghttp_Get_ShowsOurSettingsAndTheBody(bool tls)
    {
        await using var server = new TlsHttp2Server(tls: tls);
        var output = await RunAsync("nghttp", "-nv", "--no-verify-peer", $"{(tls ? "https" : "http")}://127.0.0.1:{server.Port}/100000");
        Assert.Contains("SETTINGS_MAX_CONCURRENT_STREAMS(0x03):1024", output, StringComparison.Ordinal);
        Assert.Contains("SETTINGS_MAX_FRAME_SIZE(0x05):16777215", output, StringComparison.Ordinal);
        Assert.Contains("window_size_increment=2147418112", output, StringComparison.Ordinal);
        Assert.Contains(":status: 200", output, StringComparison.Ordinal);
        Assert.Contains("content-length: 100000", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/1000", 20_000)]
    [InlineData("/300000", 500)]
    public async Task H2load_ManyStreams_AllSucceed(string path, int requests)
    {
        await using var server = new TlsHttp2Server(Http2Options.NginxServer);
        var output = await RunAsync("h2load", "-n", $"{requests}", "-c", "4", "-m", "50", $"https://127.0.0.1:{server.Port}{path}");
        Assert.Contains($"{requests} succeeded, 0 failed, 0 errored, 0 timeout", output, StringComparison.Ordinal);
        Assert.Contains($"status codes: {requests} 2xx", output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{program} is not installed.");
        using var process = Process.Start(new ProcessStartInfo(path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        await process.WaitForExitAsync(Token);
        return output + await errors;
    }
}
