using System.CommandLine;
using Cellway.DataPlane.Relay;
using Cellway.Model.Contracts;
using Cellway.Node.Configuration;
using Cellway.Node.Hosting;
using Microsoft.Extensions.Hosting;

namespace Cellway.EntryNode;

/// <summary>The <c>entry</c> command, of this program and of the operator's CLI.</summary>
public static class EntryCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        var node = new NodeCommandOptions(NodeRole.Entry);
        var behind = new Option<bool>("--behind-web-server") { Description = "Serve without TLS, for an nginx on this machine that ends it; --listen must be a loopback address (docs/operations/nginx.md)" };
        var podToken = new Option<string?>("--kubernetes-token") { Description = "File with this pod's ServiceAccount token for the audience “cellway”: it joins by that instead of a join token" };
        var management = new Option<string[]>("--management") { Description = "With --kubernetes-token: where management is, host:port; repeatable" };
        var pin = new Option<string?>("--root-key-hash") { Description = "With --kubernetes-token: SHA-256 of the network's root key, as “cellway init” says" };
        var command = new ServerCommand("entry", "Run an Entry: a relay at the front") { behind, podToken, management, pin };
        node.AddTo(command);
        var reach = new ReachFlags();
        reach.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SocketEvents.RunInline();
            var settings = new SettingReader(parsed);
            var options = new EntryOptions
            {
                Node = node.Read(settings) with
                {
                    Pod = settings.Get(podToken) is { Length: > 0 } file
                        ? new() { TokenFile = file, Management = settings.Get(management) ?? [], RootKeyHash = settings.Get(pin) ?? "" }
                        : null,
                },
                Cover = new() { Directory = node.Cover(settings) },
                DrainLimit = node.Drain(settings),
                BehindWebServer = settings.Get(behind),
                Reach = reach.Read(settings),
            };
            return await NodeRunner.RunAsync(options.Node.StateDirectory, node.Hold(settings), BuildAsync, TimeProvider.System, cancellationToken);

            async Task<IHost> BuildAsync(CancellationToken stop)
            {
                options.EnsureValid(settings.Errors);
                return await EntryHost.BuildAsync(options, ConsoleLogs.Configure, TimeProvider.System, stop);
            }
        });
        return command;
    }
}
