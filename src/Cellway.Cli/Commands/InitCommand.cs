using System.CommandLine;
using Cellway.Cli.Admin;
using Cellway.Cli.Local;
using Cellway.Manager.Authority;
using Cellway.Model.Usage;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway init</c></summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var state = CommonOptions.State("management");
        var store = CommonOptions.Store();
        var credentials = CommonOptions.EtcdCredentials();
        var keyFile = CommonOptions.KeyFile();
        var passphraseFile = CommonOptions.PassphraseFile();
        var name = new Option<string>("--name") { Description = "The network's name, as its users will see it", DefaultValueFactory = _ => "Cellway" };
        var cell = new Option<string>("--cell") { Description = "Name of the first cell", DefaultValueFactory = _ => "first" };
        var entry = new Option<string>("--entry-domain") { Description = "The first cell's entry domain: what clients send as SNI", Required = true };
        var exit = new Option<string>("--exit-domain") { Description = "The first cell's exit domain: what Entries send as SNI", Required = true };
        var addresses = new Option<string[]>("--entry-address") { Description = "Where clients connect to, host:port; repeatable; default: the entry domain, port 443" };
        var day = new Option<int>("--period-day") { Description = "The day of the month, 1 to 28, on which usage begins to be counted anew, at 00:00 UTC; for good", DefaultValueFactory = _ => 1 };
        var command = new Command("init", "Make a network: its root, the first operator's credential and the first cell")
        {
            state, store, credentials, keyFile, passphraseFile, name, cell, entry, exit, addresses, day,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetRequiredValue(state));
            var profile = parsed.GetRequiredValue(CommonOptions.Profile);
            var secret = CommonOptions.SecretOf(parsed, keyFile, passphraseFile, directory);
            var plan = new NetworkPlan(
                parsed.GetRequiredValue(name),
                new(parsed.GetRequiredValue(cell), parsed.GetRequiredValue(entry), parsed.GetRequiredValue(exit), parsed.GetValue(addresses)),
                parsed.GetValue(day) is >= 1 and <= UsagePeriod.LastDay and var first ? first : throw new CliException("--period-day: must be 1 to 28, a day that every month has."));
            var created = await NetworkInitializer.RunAsync(
                directory,
                CommonOptions.StoreOf(parsed, store, directory),
                parsed.GetValue(credentials),
                secret,
                new OperatorProfile(profile),
                plan,
                parsed.GetValue(CommonOptions.Server) ?? "127.0.0.1:7444",
                TimeProvider.System,
                cancellationToken);

            var result = new Dictionary<string, string>
            {
                ["network"] = created.Network, ["operator"] = created.OperatorIdentity, ["rootKeyHash"] = created.RootKeyHash.ToString(), ["state"] = directory, ["profile"] = profile,
            };
            CommonOptions.PrinterOf(parsed).Print(result, CliJson.Default.DictionaryStringString, _ => Explain(created, directory, profile, secret));
        });
        return command;
    }

    private static void Explain(CreatedNetwork created, string state, string profile, SealSecret secret)
    {
        AnsiConsole.WriteLine($"The network {created.Network} is made.");
        AnsiConsole.WriteLine($"  state                {state}");
        AnsiConsole.WriteLine($"  operator credential  {profile}");
        AnsiConsole.WriteLine($"  its root's key       {created.RootKeyHash}");
        AnsiConsole.WriteLine(secret.KeyFile is { } key
            ? $"  its secrets open with {key}: keep a copy of it apart from the state. Without it the root is lost."
            : "  its secrets open with your passphrase. Without it the root is lost.");
        AnsiConsole.WriteLine("Next: start “cellway management”, then “cellway participant add” and “cellway token create”.");
    }
}
