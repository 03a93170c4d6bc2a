using System.CommandLine;
using System.Net;
using System.Text.Json;
using Cellway.Cli.Client;
using Cellway.Node.Hosting;
using Cellway.Pki.Requesting;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway connect URL</c>: a device's way into the network.</summary>
internal static class ConnectCommand
{
    private const string DefaultListen = "127.0.0.1:1080";

    /// <summary>What a shell reports of a program that ^C ended before it had begun.</summary>
    private const int Interrupted = 130;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var url = new Argument<string>("url") { Description = "The device's subscription URL. It is a password: share it with nobody." };
        var ca = new Option<string?>("--ca") { Description = "Trust the root certificates in this file too (PEM or DER), for a private network.", HelpName = "FILE" };
        var listen = new Option<string>("--listen")
        {
            Description = "Where the proxy listens: ADDRESS:PORT, or PORT alone on loopback; port 0 is any. Other machines can use it only if an address of theirs to reach is named here.",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => DefaultListen,
        };
        var readyFile = new Option<string?>("--ready-file") { Description = "Write {\"proxy\":\"ADDRESS:PORT\"} to this file once the proxy serves.", HelpName = "PATH" };
        var command = new Command("connect", "Connect this machine: offer a SOCKS5 and HTTP proxy that leads into the network.") { url, ca, listen, readyFile };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(url),
            parsed.GetValue(ca),
            parsed.GetRequiredValue(listen),
            parsed.GetValue(readyFile),
            parsed.InvocationConfiguration,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string url, string? ca, string listen, string? readyFile, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        ProcessHardening.Apply();
        ProcessHardening.Erase(url);
        var output = TextWriter.Synchronized(console.Output);
        var error = TextWriter.Synchronized(console.Error);
        if (!ListenAddress.TryParse(listen, out var endpoint))
        {
            error.WriteLine("cellway: --listen wants an address and a port, for example 127.0.0.1:1080, [::1]:1080, or 1080 alone.");
            return 1;
        }

        try
        {
            // Whoever writes another address than loopback's means it: there is no other way to get one here.
            var options = new ConnectOptions { SubscriptionUrl = url, CaFile = ca, Listen = endpoint, AllowOthers = true };
            await using var client = await ConnectClient.StartAsync(options, new ConsoleStatus(error), cancellationToken);
            if (readyFile is not null)
            {
                PrivateFiles.Write(readyFile, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["proxy"] = client.Endpoint.ToString() }));
            }

            Explain(output, client.Endpoint);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ContinueWith(static _ => { }, TaskScheduler.Default);
            return 0;
        }
        catch (ConnectException e)
        {
            error.WriteLine($"cellway: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"cellway: The ready file {readyFile} cannot be written: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    private static void Explain(TextWriter output, IPEndPoint endpoint)
    {
        output.WriteLine($"The proxy listens on {endpoint} (SOCKS5 and HTTP). Try it:");
        output.WriteLine($"  curl -x socks5h://{endpoint} https://example.com/");
        output.WriteLine($"  curl -x http://{endpoint} https://example.com/");
        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            output.WriteLine("It asks for no password: everybody who can reach this address can use it.");
        }

        output.WriteLine("Ctrl-C ends it.");
    }
}
