using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.IntegrationTests.Cli.Client;

public sealed class ConnectClientTests : IAsyncLifetime
{
    private Connected _connected = null!;
    private WebOrigin _origin = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connected = await Connected.StartAsync(Token);
        _origin = await WebOrigin.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connected.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Theory]
    [InlineData("socks5h", false)]
    [InlineData("socks5", false)]
    [InlineData("http", true)]
    [InlineData("http", false)]
    public async Task Curl_GetsAPage(string scheme, bool connect)
    {
        // A name that no resolver here knows, save for socks5, which resolves before it asks.
        var host = scheme == "socks5" ? "127.0.0.1" : "origin.example";
        string[] arguments = ["-x", $"{scheme}://{_connected.Proxy}", $"http://{host}:{_origin.Port}/hello"];

        var (exitCode, output) = await Connected.CurlAsync(Token, connect ? [.. arguments, "-p"] : arguments);

        Assert.Equal(0, exitCode);
        var isForwarded = scheme == "http" && !connect;
        Assert.Equal($"hello {host}:{_origin.Port} {(isForwarded ? "close" : "")}", Encoding.UTF8.GetString(output));
        Assert.Equal("v2rayN/7.24.8", _connected.Network.UserAgent);
    }

    [Theory]
    [InlineData("socks5h", "")]
    [InlineData("http", "-p")]
    [InlineData("http", "")]
    public async Task Curl_64MiB_ArriveWhole(string scheme, string option)
    {
        string[] arguments = ["-x", $"{scheme}://{_connected.Proxy}", $"http://origin.example:{_origin.Port}/large"];

        var (exitCode, output) = await Connected.CurlAsync(Token, option == "-p" ? [.. arguments, option] : arguments);

        Assert.Equal(0, exitCode);
        Assert.Equal(SHA256.HashData(WebOrigin.Large), SHA256.HashData(output));
    }

    [Theory]
    [InlineData("Content-Length: 8388608")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Curl_UploadOverPlainHttp_ArrivesWhole(string framing)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, WebOrigin.Large[..8388608], Token);

            var (exitCode, output) = await Connected.CurlAsync(
                Token, "-x", $"http://{_connected.Proxy}", "-H", framing, "--data-binary", $"@{file}", $"http://origin.example:{_origin.Port}/hash");

            Assert.Equal(0, exitCode);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(WebOrigin.Large.AsSpan(0, 8388608))), Encoding.ASCII.GetString(output));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task PlainHttp_SecondRequestOnTheConnection_DoesNotReachTheFirstServer()
    {
        using var socket = await _connected.DialAsync(Token);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET http://h:{_origin.Port}/hello HTTP/1.1\r\n\r\nGET http://other:{_origin.Port}/hello HTTP/1.1\r\n\r\n"), Token);

        var answer = await ReadAllAsync(socket);

        Assert.Single(answer.Split("HTTP/1.1 200"), s => s.Contains("hello", StringComparison.Ordinal));
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Single(_connected.Openers["one"].Destinations);
    }

    [Fact]
    public async Task Socks_ClientEndsFirst_StillGetsTheAnswer()
    {
        using var listener = Listen(out var port);
        using var socket = await ConnectThroughSocksAsync(port);
        using var server = await listener.AcceptAsync(Token);

        await socket.SendAsync("question"u8.ToArray(), Token);
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await ReadAllAsync(server));
        await server.SendAsync("answer"u8.ToArray(), Token);
        server.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer", await ReadAllAsync(socket));
    }

    [Fact]
    public async Task Socks_ServerEndsFirst_StillGetsTheRest()
    {
        using var listener = Listen(out var port);
        using var socket = await ConnectThroughSocksAsync(port);
        using var server = await listener.AcceptAsync(Token);

        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await ReadAllAsync(socket));
        await socket.SendAsync("rest"u8.ToArray(), Token);
        socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("rest", await ReadAllAsync(server));
    }

    [Fact]
    public async Task Socks_ServerResets_TheProgramSeesAFailureNotAnEnd()
    {
        using var listener = Listen(out var port);
        using var socket = await ConnectThroughSocksAsync(port);
        using (var server = await listener.AcceptAsync(Token))
        {
            await server.SendAsync("half"u8.ToArray(), Token);
            await socket.ReceiveAsync(new byte[10], Token);
            server.LingerState = new(true, 0);
        }

        await Assert.ThrowsAsync<SocketException>(async () => await socket.ReceiveAsync(new byte[10], Token));
    }

    [Theory]
    [InlineData("050102", "05ff")]
    [InlineData("050100" + "05020001" + "7f000001" + "0050", "0500" + "05070001000000000000")]
    [InlineData("050100" + "05030001" + "7f000001" + "0050", "0500" + "05070001000000000000")]
    [InlineData("050100" + "05010009", "0500" + "05080001000000000000")]
    [InlineData("0401005000000001" + "7800" + "6100", "005b000000000000")]
    [InlineData("160301", "")]
    public async Task Proxy_WhatItDoesNotSpeak_IsAnsweredAndEnded(string hex, string answer)
    {
        using var socket = await _connected.DialAsync(Token);
        await socket.SendAsync(Convert.FromHexString(hex), Token);

        Assert.Equal(answer, Convert.ToHexStringLower(Encoding.Latin1.GetBytes(await ReadAllAsync(socket))));
    }

    [Fact]
    public async Task Proxy_OpenedAsAWebSite_SaysWhatItIs()
    {
        var (_, output) = await Connected.CurlAsync(Token, $"http://{_connected.Proxy}/");

        Assert.Equal("This is a proxy, not a web site: enter its address in the proxy settings.\n", Encoding.UTF8.GetString(output));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FirstWayFails_TheRequestSucceedsByTheNext(bool onlyWhenRead)
    {
        if (onlyWhenRead)
        {
            _connected.Openers["one"].ReadFault = new TunnelRefusedException(404);
        }
        else
        {
            _connected.Openers["one"].OpenFault = new IOException("x", new SocketException((int)SocketError.ConnectionRefused));
        }

        var (exitCode, output) = await Connected.CurlAsync(Token, "-x", $"socks5h://{_connected.Proxy}", $"http://h:{_origin.Port}/hello");

        Assert.Equal(0, exitCode);
        Assert.StartsWith("hello", Encoding.UTF8.GetString(output), StringComparison.Ordinal);
        Assert.Contains("Connected through two.", _connected.Messages);
    }

    [Fact]
    public async Task NoWayWorks_TheProgramAndThePersonAreTold()
    {
        _connected.Openers["one"].OpenFault = _connected.Openers["two"].OpenFault = new IOException("x");
        _connected.Network.Answer = c => { c.Response.StatusCode = 404; return Task.CompletedTask; };

        var (_, page) = await Connected.CurlAsync(Token, "-x", $"http://{_connected.Proxy}", $"http://h:{_origin.Port}/hello");
        var (exitCode, _) = await Connected.CurlAsync(Token, "-x", $"socks5h://{_connected.Proxy}", $"http://h:{_origin.Port}/hello");

        Assert.Equal("No way into the network works: two cannot be reached.\n", Encoding.UTF8.GetString(page));
        Assert.Equal(97, exitCode); // CURLE_PROXY
        Assert.Contains(_connected.Messages, m => m.StartsWith("The subscription could not be read again.", StringComparison.Ordinal));
        Assert.DoesNotContain(_connected.Messages, m => m.Contains("TOKEN", StringComparison.Ordinal));
    }

    private static Socket Listen(out int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        return listener;
    }

    private static async Task<string> ReadAllAsync(Socket socket)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(20));
        using var all = new MemoryStream();
        var block = new byte[4096];
        int read;
        while ((read = await socket.ReceiveAsync(block, bound.Token)) > 0)
        {
            all.Write(block, 0, read);
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    private async Task<Socket> ConnectThroughSocksAsync(int port)
    {
        var socket = await _connected.DialAsync(Token);
        foreach (var b in (byte[])[5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (byte)(port >> 8), (byte)port])
        {
            await socket.SendAsync(new byte[] { b }, Token);
        }

        var reply = new byte[12];
        using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.ReadExactlyAsync(reply, Token);
        Assert.Equal("050005000001000000000000", Convert.ToHexStringLower(reply));
        return socket;
    }
}
