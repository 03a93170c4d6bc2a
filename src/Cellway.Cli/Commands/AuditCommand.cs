using System.CommandLine;
using System.Text;
using Cellway.Cli.Admin;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway audit</c></summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "The audit log: who did what to the network, and what was refused") { List(), Verify(), Export() };

    private static void Show(IReadOnlyList<AuditEntry> entries) => Printer.Table(
        entries,
        "Nothing that matches.",
        ("link", e => e.Sequence?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "soon"),
        ("at", e => e.At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)),
        ("who", e => e.Who),
        ("what", e => e.Count == 1 ? e.What : $"{e.Count} {e.What}"),
        ("to", e => e.Subject),
        ("outcome", e => e.Outcome),
        ("detail", e => e.Detail));

    private static Command List()
    {
        var since = DurationOption.New("--since", "Not what is older than this: 90m, 24h, 7d");
        var who = new Option<string?>("--who") { Description = "Whose; how it begins is enough: operator/, core/abc" };
        var what = new Option<string?>("--what") { Description = "What was done; how it begins is enough: “node revoke”, device" };
        var subject = new Option<string?>("--to") { Description = "To what; how it begins is enough: nodes/abc" };
        var limit = new Option<int>("--limit") { Description = "How many at most, the newest", DefaultValueFactory = _ => 100 };
        var command = new Command("list", "Show the newest entries") { since, who, what, subject, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<string> query = [$"limit={parsed.GetValue(limit)}"];
            if (parsed.GetValue(since) is { } age)
            {
                query.Add($"since={Uri.EscapeDataString($"{TimeProvider.System.GetUtcNow() - age:O}")}");
            }

            foreach (var (name, value) in new[] { ("who", parsed.GetValue(who)), ("what", parsed.GetValue(what)), ("subject", parsed.GetValue(subject)) })
            {
                if (value is not null)
                {
                    query.Add($"{name}={Uri.EscapeDataString(value)}");
                }
            }

            using var client = CommonOptions.ClientOf(parsed);
            var entries = await client.GetAsync($"audit?{string.Join('&', query)}", AdminJson.Default.IReadOnlyListAuditEntry, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(entries, AdminJson.Default.IReadOnlyListAuditEntry, Show);
        });
        return command;
    }

    private static Command Verify()
    {
        var file = new Option<string?>("--file") { Description = "An exported log, instead of the one that management has now" };
        var command = new Command("verify", "Check that nothing in the log was changed, left out, put in or cut off since it was last verified from here") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var profile = new OperatorProfile(parsed.GetRequiredValue(CommonOptions.Profile));
            var credential = profile.Open();
            var path = parsed.GetValue(file);
            var known = path is null ? profile.LastAudit() : null; // a file may be older
            var verifier = new AuditVerifier(credential.Network, credential.Roots, known);
            using var client = path is null ? CommonOptions.ClientOf(parsed) : null;
            await using var log = client is null ? OpenFile(path!) : await client.OpenAsync("audit/export", cancellationToken);
            using var reader = new StreamReader(log, Encoding.UTF8);
            while (await reader.ReadLineAsync(cancellationToken) is { } line && verifier.Read(Encoding.UTF8.GetBytes(line)))
            {
            }

            if (!verifier.Finish())
            {
                throw new CliException($"The audit log is not what it was: {verifier.Fault}");
            }

            if (path is null && verifier.Newest is { } newest)
            {
                profile.SetLastAudit(newest);
            }

            var result = new Dictionary<string, string>
            {
                ["links"] = verifier.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["newest"] = verifier.Newest?.Hash ?? "",
            };
            CommonOptions.PrinterOf(parsed).Print(result, CliJson.Default.DictionaryStringString, _ => AnsiConsole.WriteLine(
                $"{verifier.Count} links, none changed, left out or cut off{(known is null ? "" : $"; the one that was newest when this was last asked ({known.Sequence}) is there")}."));
        });
        return command;
    }

    private static Command Export()
    {
        var output = new Option<string?>("--output") { Description = "Where to; standard output otherwise" };
        var command = new Command("export", "Write the whole log as JSON lines: each names the SHA-256 of the one before, and the root has signed the last") { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            await using var log = await client.OpenAsync("audit/export", cancellationToken);
            try
            {
                await using var target = parsed.GetValue(output) is { } path ? File.Create(path) : Console.OpenStandardOutput();
                await log.CopyToAsync(target, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException($"The audit log cannot be written: {e.Message}", e);
            }
        });
        return command;
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
