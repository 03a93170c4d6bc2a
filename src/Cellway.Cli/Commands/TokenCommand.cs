using System.CommandLine;
using Cellway.Cli.Admin;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway token</c></summary>
internal static class TokenCommand
{
    public static Command Create() => new("token", "Join tokens: each admits one node, once") { List(), New(), Revoke() };

    private static void Show(IReadOnlyList<TokenInfo> tokens) => Printer.Table(
        tokens,
        "There is no join token yet: make one with “cellway token create”.",
        ("token", t => t.Id),
        ("state", t => t.State),
        ("for", t => t.Role),
        ("participant", t => t.Participant),
        ("cell", t => t.Cell ?? "every"),
        ("node", t => t.Node),
        ("expires", t => Printer.Time(t.ExpiresAt)));

    private static Command List()
    {
        var command = new Command("list", "Show every join token, without its secret");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("tokens", AdminJson.Default.IReadOnlyListTokenInfo, cancellationToken), AdminJson.Default.IReadOnlyListTokenInfo, Show);
        });
        return command;
    }

    private static Command New()
    {
        var role = new Option<string>("--role") { Description = "core or entry", Required = true };
        var participant = new Option<string>("--participant") { Description = "Whose node it admits", Required = true };
        var cell = new Option<string?>("--cell") { Description = "The cell it joins; an Entry without one serves every cell" };
        var lifetime = new Option<TimeSpan?>("--lifetime") { Description = "How long it can be spent, like 02:00:00; default 24 hours" };
        var kubernetes = new Option<bool>("--kubernetes") { Description = "With --role entry: a token by which one machine joins your Kubernetes cluster and carries Entries there; for 24 hours" };
        var command = new Command("create", "Make a join token; it is shown once") { role, participant, cell, lifetime, kubernetes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            if (parsed.GetValue(kubernetes))
            {
                if (parsed.GetRequiredValue(role) != "entry" || (parsed.GetValue(cell) ?? (object?)parsed.GetValue(lifetime)) is not null)
                {
                    throw new CliException("--kubernetes goes with --role entry, and without --cell and --lifetime: the pods on the machine serve every cell, and it may join for 24 hours.");
                }

                await NewWorkerAsync(client, parsed, parsed.GetRequiredValue(participant), cancellationToken);
                return;
            }

            var wanted = new NewToken(parsed.GetRequiredValue(participant), parsed.GetRequiredValue(role), parsed.GetValue(cell), parsed.GetValue(lifetime));
            var created = await client.SendAsync(HttpMethod.Post, "tokens", wanted, AdminJson.Default.NewToken, AdminJson.Default.CreatedToken, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(created, AdminJson.Default.CreatedToken, c =>
            {
                Console.Out.WriteLine(c.Token); // one line by itself, so that it can be copied whole
                AnsiConsole.WriteLine($"Admits one {c.Info.Role} of {c.Info.Participant}, once, until {Printer.Time(c.Info.ExpiresAt)}. It is not shown again.");
            });
        });
        return command;
    }

    private static async Task NewWorkerAsync(AdminClient client, ParseResult parsed, string participant, CancellationToken cancellationToken)
    {
        var created = await client.SendAsync(HttpMethod.Post, "workers", new(participant), AdminJson.Default.NewWorker, AdminJson.Default.CreatedWorker, cancellationToken);
        CommonOptions.PrinterOf(parsed).Print(created, AdminJson.Default.CreatedWorker, c =>
        {
            Console.Out.WriteLine(c.Command); // one line by itself, so that it can be copied whole
            AnsiConsole.WriteLine($"Lets one machine of {c.Info.Participant} into the cluster, once, until {Printer.Time(c.Info.ExpiresAt)}. It is not shown again.");
        });
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("token") { Description = "Its id, as in “cellway token list”" };
        var command = new Command("revoke", "Withdraw a join token that has not been spent") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            await client.DeleteAsync($"tokens/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", cancellationToken);
        });
        return command;
    }
}
