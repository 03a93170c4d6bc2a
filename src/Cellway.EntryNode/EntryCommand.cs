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
        var command = new ServerCommand("entry", "Run an Entry: a relay at the front") { behind };
        node.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SocketEvents.RunInline();
            var settings = new SettingReader(parsed);
            var options = new EntryOptions
            {
                Node = node.Read(settings),
                Cover = new() { Directory = node.Cover(settings) },
                DrainLimit = node.Drain(settings),
                BehindWebServer = settings.Get(behind),
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
