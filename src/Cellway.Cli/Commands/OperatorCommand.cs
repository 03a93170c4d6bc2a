using System.CommandLine;
using Cellway.Cli.Admin;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Pki.Requesting;
using Cellway.Pki.Trust;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway operator</c></summary>
internal static class OperatorCommand
{
    public static Command Create() => new("operator", "Operators: the people who run the network") { List(), Add(), Renew(), Revoke() };

    private static void Show(IReadOnlyList<OperatorInfo> operators) => Printer.Table(
        operators,
        "There is no operator.",
        ("operator", o => o.Id),
        ("state", o => o.State),
        ("since", o => Printer.Time(o.Since)),
        ("certificate ends", o => Printer.Time(o.CertificateEnds)),
        ("revoked", o => o.RevokedAt is { } at ? Printer.Time(at) : null));

    private static Command List()
    {
        var command = new Command("list", "Show every operator there is or was");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("operators", AdminJson.Default.IReadOnlyListOperatorInfo, cancellationToken), AdminJson.Default.IReadOnlyListOperatorInfo, Show);
        });
        return command;
    }

    private static Command Add()
    {
        var id = new Argument<string>("name") { Description = "1 to 63 of a–z, 0–9 and hyphens; the audit log uses it" };
        var output = new Option<string>("--output") { Description = "Directory to write the new operator's credential to", Required = true };
        var command = new Command("add", "Make the credential of another operator") { id, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = new OperatorProfile(parsed.GetRequiredValue(output));
            if (target.Exists)
            {
                throw new CliException("There is an operator credential in that directory already: name another with --output, so that it is not lost.");
            }

            var own = new OperatorProfile(parsed.GetRequiredValue(CommonOptions.Profile)).Open();
            using var client = CommonOptions.ClientOf(parsed);
            using var key = NodeKey.New();
            var issued = await client.SendAsync(
                HttpMethod.Post, "operators", new NewOperator(parsed.GetRequiredValue(id), key.CreateRequest()), AdminJson.Default.NewOperator, AdminJson.Default.OperatorCertificate, cancellationToken);
            target.Create(key, new CreatedNetwork(own.Network, issued.Id, issued.Certificate, own.Roots[0].RawData, PublicKeys.KeyHash(own.Roots[0])), parsed.GetValue(CommonOptions.Server) ?? own.Server);
            target.SetRoots((await client.GetAsync("roots", AdminJson.Default.IReadOnlyListRootInfo, cancellationToken)).Select(r => r.Certificate));
            var result = new Dictionary<string, string> { ["operator"] = issued.Id, ["profile"] = Path.GetFullPath(parsed.GetRequiredValue(output)), ["expires"] = $"{issued.Ends:O}" };
            CommonOptions.PrinterOf(parsed).Print(result, CliJson.Default.DictionaryStringString, r => AnsiConsole.WriteLine(
                $"Made {r["profile"]}: {issued.Id} is an operator until {Printer.Time(issued.Ends)}. Whoever has the directory is that operator: move it like a password, and use it with --profile."));
        });
        return command;
    }

    private static Command Renew()
    {
        var command = new Command("renew", "Get a newer certificate for this profile's key");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var profile = new OperatorProfile(parsed.GetRequiredValue(CommonOptions.Profile));
            using var client = CommonOptions.ClientOf(parsed);
            var issued = await client.SendAsync(
                HttpMethod.Post, "operators/renewal", new OperatorRenewal(profile.CreateRequest()), AdminJson.Default.OperatorRenewal, AdminJson.Default.OperatorCertificate, cancellationToken);
            profile.SetCertificate(issued.Certificate);
            profile.SetRoots((await client.GetAsync("roots", AdminJson.Default.IReadOnlyListRootInfo, cancellationToken)).Select(r => r.Certificate));
            var result = new Dictionary<string, string> { ["operator"] = issued.Id, ["expires"] = $"{issued.Ends:O}" };
            CommonOptions.PrinterOf(parsed).Print(result, CliJson.Default.DictionaryStringString, _ => AnsiConsole.WriteLine($"{issued.Id} is an operator until {Printer.Time(issued.Ends)}."));
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("operator") { Description = "Their name, as in “cellway operator list”" };
        var command = new Command("revoke", "Refuse every certificate of an operator, for good: their laptop was stolen, or they have left") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var after = await client.PostAsync($"operators/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/revoke", AdminJson.Default.IReadOnlyListOperatorInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(after, AdminJson.Default.IReadOnlyListOperatorInfo, Show);
        });
        return command;
    }
}
