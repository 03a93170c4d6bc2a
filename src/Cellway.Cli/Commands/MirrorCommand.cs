using System.CommandLine;
using Cellway.Manager.Api;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway mirror</c></summary>
internal static class MirrorCommand
{
    public static Command Create() => new("mirror", "Web addresses where nodes look for management when they find it nowhere") { List(), Set(), Notice() };

    private static Command List()
    {
        var command = new Command("list", "Show the mirrors");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            Show(parsed, await client.GetAsync("mirrors", AdminJson.Default.MirrorList, cancellationToken));
        });
        return command;
    }

    private static Command Set()
    {
        var urls = new Argument<string[]>("url") { Description = "https:// URL of a file that you can change without this network; none: no mirrors", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("set", "Tell nodes where to look; replaces what was set before") { urls };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            Show(parsed, await client.SendAsync(
                HttpMethod.Put, "mirrors", new MirrorList(parsed.GetValue(urls) ?? []), AdminJson.Default.MirrorList, AdminJson.Default.MirrorList, cancellationToken));
        });
        return command;
    }

    private static Command Notice()
    {
        var output = new Option<string>("--out") { Description = "File for the notice", Required = true };
        var endpoints = new Option<string[]>("--endpoint") { Description = "host:port where nodes come in; repeatable; default: where management runs now" };
        var command = new Command("notice", "Make the signed file that the mirrors are to serve after management has moved") { output, endpoints };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var notice = await client.StreamAsync("mirrors/notice", new MovedTo(parsed.GetValue(endpoints)), AdminJson.Default.MovedTo, ReadAsync, cancellationToken);
            var path = Path.GetFullPath(parsed.GetRequiredValue(output));
            try
            {
                await File.WriteAllBytesAsync(path, notice, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException($"The notice {path} cannot be written: {e.Message}", e);
            }

            AnsiConsole.WriteLine($"Written to {path}. Put it where “cellway mirror list” points; nodes that find management nowhere take it within a minute.");

            async Task<byte[]> ReadAsync(Stream answer)
            {
                using var whole = new MemoryStream();
                await answer.CopyToAsync(whole, cancellationToken);
                return whole.ToArray();
            }
        });
        return command;
    }

    private static void Show(ParseResult parsed, MirrorList mirrors) => CommonOptions.PrinterOf(parsed).Print(mirrors, AdminJson.Default.MirrorList, list =>
    {
        foreach (var url in list.Urls)
        {
            AnsiConsole.WriteLine(url);
        }

        if (list.Urls.Count == 0)
        {
            AnsiConsole.WriteLine("There are no mirrors: if all of management moves at once, nodes cannot find it. Name one with “cellway mirror set URL”.");
        }
    });
}
