using System.CommandLine;
using Cellway.Cli.Local;
using Cellway.State.Copying;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway state</c></summary>
internal static class StateCommand
{
    public static Command Create() => new("state", "The store that keeps a network") { Copy() };

    private static Command Copy()
    {
        var from = new Option<string>("--from") { Description = "The store as it is: sqlite:PATH or etcd:https://HOST:PORT,…/PREFIX", Required = true };
        var to = new Option<string>("--to") { Description = "The store to fill, written alike; it must be empty", Required = true };
        var again = new Option<bool>("--again") { Description = "Delete first what an interrupted copy has left in the target" };
        var credentials = CommonOptions.EtcdCredentials();
        var command = new Command("copy", "Copy a network to another store and compare every key; stop management first") { from, to, again, credentials };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = CommonOptions.StoreOf(parsed.GetRequiredValue(from), from.Name);
            var target = CommonOptions.StoreOf(parsed.GetRequiredValue(to), to.Name);
            try
            {
                await using var reading = await StateStores.OpenAsync(source, parsed.GetValue(credentials), mustExist: true, TimeProvider.System, cancellationToken);
                await using var writing = await StateStores.OpenAnyAsync(target, parsed.GetValue(credentials), TimeProvider.System, cancellationToken);
                var copied = await StateCopy.RunAsync(reading, writing, parsed.GetValue(again), new CopyProgress(), cancellationToken);
                var result = new Dictionary<string, string>
                {
                    ["from"] = source.ToString(), ["to"] = target.ToString(), ["keys"] = $"{copied.Keys}", ["leased"] = $"{copied.Leased}", ["bytes"] = $"{copied.Bytes}",
                };
                CommonOptions.PrinterOf(parsed).Print(result, CliJson.Default.DictionaryStringString, _ =>
                {
                    AnsiConsole.WriteLine($"Copied and compared {copied.Keys} keys, {copied.Bytes} bytes. {copied.Leased} that live by a lease stayed behind: sessions, which nodes open anew.");
                    AnsiConsole.WriteLine($"Next: start management with --store {target}. Keep the old store until you have seen it run, but never run both.");
                });
            }
            catch (IOException e)
            {
                throw new CliException(e.Message, e);
            }
        });
        return command;
    }
}
