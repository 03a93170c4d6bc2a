using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Cellway.Testing;

namespace Cellway.EndToEndTests;

/// <summary>What a running network hands out, used by whom it is for.</summary>
public sealed class SubscriptionTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Documents_OfARunningNetwork_AreUsedByV2RayAndByOurClient()
    {
        await using var origin = new WebOrigin();
        using var up = CellwayProgram.Start(_home.FullName, "up", "--port", Port(), "--ready-file", InHome("up.json"));
        var ready = await CellwayProgram.ReadyAsync(up, InHome("up.json"));
        var (url, ca, profile) = (ready["subscription"], ready["ca"], ready["profile"]);
        foreach (var format in (string[])["links", "plain", "xray", "sing-box", "clash"])
        {
            Assert.Equal("hello", await ThroughConnectAsync($"{url}/{format}", ca, origin));
        }

        var links = (await FetchAsync($"{url}/plain", ca)).Split('\n');
        Assert.Equal(["grpc", "ws"], links.Select(l => ParametersOf(l)["type"]));
        var configuration = ConfigurationOf(links[1]);
        Assert.Equal("hello", await ThroughV2RayAsync(configuration, ca, origin));

        await CellwayProgram.JsonAsync(_home.FullName, "cell", "set", "home", "--transport", "websocket", "--profile", profile);
        var documents = JsonNode.Parse(await FetchAsync($"{url}/xray", ca))!.AsArray();
        Assert.Single(documents);
        Assert.Equal("hello", await ThroughV2RayAsync(documents[0]!, ca, origin));

        // A new URL ends the old one, and all that was made of it.
        var devices = await CellwayProgram.JsonAsync(_home.FullName, "device", "list", "--profile", profile);
        var reissued = await CellwayProgram.JsonAsync(_home.FullName, "device", "reissue", devices[0].GetProperty("id").GetString()!, "--profile", profile);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(url, ca)).StatusCode);
        Assert.NotEqual("hello", await ThroughV2RayAsync(documents[0]!, ca, origin));
        var next = JsonNode.Parse(await FetchAsync($"{reissued.GetProperty("subscriptionUrls")[0].GetString()}/xray", ca))!.AsArray();
        Assert.Equal("hello", await ThroughV2RayAsync(next[0]!, ca, origin));
        Assert.Equal(0, await CellwayProgram.InterruptAsync(up));
    }

    public void Dispose() => _home.Delete(recursive: true);

    private static string Port() => ServerProcess.FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Dictionary<string, string> ParametersOf(string link) =>
        new Uri(link).Query.TrimStart('?').Split('&').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]));

    /// <summary>What v2rayN makes of a link.</summary>
    private static JsonObject ConfigurationOf(string link)
    {
        var (uri, parameters) = (new Uri(link), ParametersOf(link));
        return new()
        {
            ["inbounds"] = new JsonArray(new JsonObject { ["tag"] = "socks", ["listen"] = "127.0.0.1", ["protocol"] = "socks", ["port"] = 10808 }),
            ["outbounds"] = new JsonArray(new JsonObject
            {
                ["protocol"] = "vless",
                ["settings"] = new JsonObject
                {
                    ["vnext"] = new JsonArray(new JsonObject
                    {
                        ["address"] = uri.Host,
                        ["port"] = uri.Port,
                        ["users"] = new JsonArray(new JsonObject { ["id"] = uri.UserInfo, ["encryption"] = parameters["encryption"] }),
                    }),
                },
                ["streamSettings"] = new JsonObject
                {
                    ["network"] = parameters["type"],
                    ["security"] = parameters["security"],
                    ["tlsSettings"] = new JsonObject { ["serverName"] = parameters["sni"], ["alpn"] = new JsonArray(parameters["alpn"]) },
                    ["wsSettings"] = new JsonObject { ["path"] = parameters["path"], ["headers"] = new JsonObject { ["Host"] = parameters["host"] } },
                },
            }),
        };
    }

    private static async Task<string> CurlAsync(params string[] arguments)
    {
        using var curl = Process.Start(new ProcessStartInfo("curl", ["-sS", "--max-time", "30", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = await curl.StandardOutput.ReadToEndAsync(Token);
        await curl.WaitForExitAsync(Token);
        return text;
    }

    private static async Task<HttpResponseMessage> GetAsync(string url, string ca)
    {
        using var root = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(ca);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new()
        {
            TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
            RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(root);
        using var http = new HttpClient(handler);
        var response = await http.GetAsync(new Uri(url), Token);
        await response.Content.LoadIntoBufferAsync(Token);
        return response;
    }

    private static async Task<string> FetchAsync(string url, string ca)
    {
        using var response = await GetAsync(url, ca);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Token);
    }

    private async Task<string> ThroughConnectAsync(string url, string ca, WebOrigin origin)
    {
        var readyFile = InHome(Path.GetRandomFileName());
        using var connect = CellwayProgram.Start(_home.FullName, "connect", url, "--ca", ca, "--listen", "127.0.0.1:0", "--ready-file", readyFile);
        var ready = await CellwayProgram.ReadyAsync(connect, readyFile);
        var text = await CurlAsync("-x", $"socks5h://{ready["proxy"]}", origin.Address);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(connect));
        return text;
    }

    /// <summary>Runs v2ray with a document as it is, but for the ports it listens on, and asks for the page.</summary>
    private async Task<string> ThroughV2RayAsync(JsonNode document, string ca, WebOrigin origin)
    {
        const string Program = "/usr/bin/v2ray";
        Assert.False(!File.Exists(Program) && Environment.GetEnvironmentVariable("CI") == "true", "v2ray is missing.");
        Assert.SkipWhen(!File.Exists(Program), "v2ray is not installed.");
        document = document.DeepClone();
        foreach (var inbound in document["inbounds"]!.AsArray())
        {
            inbound!["port"] = ServerProcess.FreePort();
        }

        var socks = (int)document["inbounds"]![0]!["port"]!;
        var file = InHome(Path.GetRandomFileName() + ".json");
        await File.WriteAllTextAsync(file, document.ToJsonString(), Token);
        var start = new ProcessStartInfo(Program, ["-config", file]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SSL_CERT_FILE"] = ca; // what a device trusts besides the world's roots
        using var v2ray = Process.Start(start)!;
        var output = v2ray.StandardOutput.ReadToEndAsync(Token);
        try
        {
            while (!await ListensAsync(socks))
            {
                Assert.False(v2ray.HasExited, v2ray.HasExited ? await output : "");
                await Task.Delay(50, Token);
            }

            return await CurlAsync("--noproxy", "", "-x", $"socks5h://127.0.0.1:{socks}", origin.Name);
        }
        finally
        {
            v2ray.Kill();
            await v2ray.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var probe = new System.Net.Sockets.TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, port, Token);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private string InHome(string name) => Path.Combine(_home.FullName, name);
}
