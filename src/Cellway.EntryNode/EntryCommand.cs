using System.CommandLine;
using Cellway.DataPlane.Relay;
using Cellway.Model.Contracts;
using Cellway.Node.Hosting;

namespace Cellway.EntryNode;

/// <summary>The <c>entry</c> command, of this program and of the operator's CLI.</summary>
public static class EntryCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        var node = new NodeCommandOptions(NodeRole.Entry);
        var cover = new Option<string?>("--cover") { Description = "Directory of the web site that strangers see" };
        var command = new Command("entry", "Run an Entry: a relay at the front") { cover };
        node.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SocketEvents.RunInline();
            var options = new EntryOptions { Node = node.Read(parsed), Cover = new() { Directory = parsed.GetValue(cover) } };
            using var host = await EntryHost.BuildAsync(options, ConsoleLogs.Configure, TimeProvider.System, cancellationToken);
            await HostRunner.RunAsync(host, cancellationToken);
        });
        return command;
    }
}
