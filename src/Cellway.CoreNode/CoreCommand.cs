using System.CommandLine;
using System.Globalization;
using System.Net;
using Cellway.DataPlane.Relay;
using Cellway.Model.Contracts;
using Cellway.Node.Configuration;
using Cellway.Node.Hosting;
using Microsoft.Extensions.Hosting;

namespace Cellway.CoreNode;

/// <summary>The <c>core</c> command, of this program and of the operator's CLI.</summary>
public static class CoreCommand
{
    private const string Range = "an address range: write it like 10.1.0.0/16, with no bits set behind the prefix.";

    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        var node = new NodeCommandOptions(NodeRole.Core);
        var allow = new Option<string[]>("--allow-destination") { Description = "Address range that sessions may reach although it is private, like 10.1.0.0/16; repeatable" };
        var deny = new Option<string[]>("--deny-destination") { Description = "Address range that sessions may not reach; repeatable" };
        var denyPorts = new Option<string[]>("--deny-port") { Description = "Port that sessions may not reach, besides 25; repeatable" };
        var strangers = new Option<string?>("--strangers-to") { Description = "Web server on this machine, address:port, that strangers' connections are passed on to instead of --cover (docs/operations/nginx.md)" };
        var command = new ServerCommand("core", "Run a Core: an exit") { strangers, allow, deny, denyPorts };
        node.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SocketEvents.RunInline();
            var settings = new SettingReader(parsed);
            var options = new CoreOptions
            {
                Node = node.Read(settings),
                Cover = new() { Directory = node.Cover(settings) },
                StrangersTo = settings.Get(strangers),
                DrainLimit = node.Drain(settings),
                ExitPolicy = new()
                {
                    AllowRanges = settings.All(allow, ReadRange, Range),
                    DenyRanges = settings.All(deny, ReadRange, Range),
                    DenyPorts = settings.All(denyPorts, ReadPort, "a port: write a number from 1 to 65535."),
                },
            };
            return await NodeRunner.RunAsync(options.Node.StateDirectory, node.Hold(settings), BuildAsync, TimeProvider.System, cancellationToken);

            async Task<IHost> BuildAsync(CancellationToken stop)
            {
                options.EnsureValid(settings.Errors);
                return await CoreHost.BuildAsync(options, ConsoleLogs.Configure, TimeProvider.System, stop);
            }
        });
        return command;
    }

    private static IPNetwork? ReadRange(string text) => IPNetwork.TryParse(text, out var range) ? range : null;

    private static int? ReadPort(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
}
