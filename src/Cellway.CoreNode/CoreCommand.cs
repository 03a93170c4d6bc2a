using System.CommandLine;
using System.Globalization;
using System.Net;
using Cellway.DataPlane.Relay;
using Cellway.Model.Contracts;
using Cellway.Node.Hosting;

namespace Cellway.CoreNode;

/// <summary>The <c>core</c> command, of this program and of the operator's CLI.</summary>
public static class CoreCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        var node = new NodeCommandOptions(NodeRole.Core);
        var cover = new Option<string?>("--cover") { Description = "Directory of the web site that strangers see" };
        var allow = new Option<string[]>("--allow-destination") { Description = "Address range that sessions may reach although it is private, like 10.1.0.0/16; repeatable" };
        var deny = new Option<string[]>("--deny-destination") { Description = "Address range that sessions may not reach; repeatable" };
        var denyPorts = new Option<int[]>("--deny-port") { Description = "Port that sessions may not reach, besides 25; repeatable" };
        var command = new Command("core", "Run a Core: an exit") { cover, allow, deny, denyPorts };
        node.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SocketEvents.RunInline();
            var options = new CoreOptions
            {
                Node = node.Read(parsed),
                Cover = new() { Directory = parsed.GetValue(cover) },
                ExitPolicy = new()
                {
                    AllowRanges = Ranges(parsed.GetValue(allow), allow.Name),
                    DenyRanges = Ranges(parsed.GetValue(deny), deny.Name),
                    DenyPorts = parsed.GetValue(denyPorts) ?? [],
                },
            };
            using var host = await CoreHost.BuildAsync(options, ConsoleLogs.Configure, TimeProvider.System, cancellationToken);
            await HostRunner.RunAsync(host, cancellationToken);
        });
        return command;
    }

    private static List<IPNetwork> Ranges(string[]? texts, string option) =>
    [
        .. (texts ?? []).Select(text => IPNetwork.TryParse(text, out var range)
            ? range
            : throw new NodeStartException(string.Create(CultureInfo.InvariantCulture, $"{option}: “{text}” is not an address range: write it like 10.1.0.0/16, with no bits set behind the prefix."))),
    ];
}
