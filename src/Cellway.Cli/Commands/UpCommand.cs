using System.CommandLine;
using Cellway.Cli.Local;
using Cellway.Cli.Output;
using Cellway.Node.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway up</c></summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var state = CommonOptions.State("up");
        var port = new Option<int>("--port") { Description = "Port of the Entry, at the first start; later starts keep it", DefaultValueFactory = _ => 8443 };
        var verbose = new Option<bool>("--verbose") { Description = "Show the log" };
        var readyFile = CommonOptions.ReadyFile();
        var command = new Command("up", "Run a whole network on this machine, and keep it in a directory") { state, port, verbose, readyFile };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            Action<ILoggingBuilder> logging = parsed.GetValue(verbose)
                ? ConsoleLogs.Configure
                : builder => { ConsoleLogs.Configure(builder); builder.SetMinimumLevel(LogLevel.Error); };
            await using var network = await LocalNetwork.StartAsync(directory, parsed.GetValue(port), logging, cancellationToken);
            var result = new Dictionary<string, string>
            {
                ["subscription"] = network.SubscriptionUrl, ["ca"] = network.CaFile, ["profile"] = Path.Combine(directory, "operator"),
            };
            ReadyFile.Write(parsed.GetValue(readyFile), result);
            CommonOptions.PrinterOf(parsed).Print(result, CliJson.Default.DictionaryStringString, _ => Explain(network, directory));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        return command;
    }

    private static void Explain(LocalNetwork network, string directory)
    {
        if (!Console.IsOutputRedirected)
        {
            Console.Out.WriteLine(QrCode.Render(network.SubscriptionUrl));
        }

        Console.Out.WriteLine($"""
            The network is up. It lives in {directory} and comes back as it is with the next “cellway up”.

            Subscription, for any VLESS app on this machine:
              {network.SubscriptionUrl}
              Its certificate is signed by a root of its own: {network.CaFile}

            Without an app, in another shell:
              ./cellway connect {network.SubscriptionUrl} --ca {network.CaFile}
              curl -x socks5h://127.0.0.1:1080 http://example.com/

            To look around:
              ./cellway status --profile {Path.Combine(directory, "operator")}

            Ctrl-C ends it.
            """);
    }
}
