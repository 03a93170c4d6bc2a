using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway usage</c></summary>
internal static class UsageCommand
{
    public static Command Create()
    {
        var user = new Option<string?>("--user") { Description = "Show the devices of a user" };
        var device = new Option<string?>("--device") { Description = "Show a device, by the Cores that have carried its bytes" };
        var core = new Option<string?>("--core") { Description = "Show a Core, by the devices whose bytes it has carried" };
        var participant = new Option<string?>("--participant") { Description = "Show a participant and their Cores, and what they have lent to strangers" };
        var period = new Option<string?>("--period") { Description = "The month in which the period begins, like 2026-11; default: the present one" };
        var command = new Command("usage", "Show how many bytes were carried in a period: of each Core, or of what is named") { user, device, core, participant, period };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var query = string.Join('&', new[] { user, device, core, participant, period }
                .Where(o => parsed.GetValue(o) is not null)
                .Select(o => $"{o.Name[2..]}={Uri.EscapeDataString(parsed.GetValue(o)!)}"));
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync($"usage?{query}", AdminJson.Default.UsageInfo, cancellationToken), AdminJson.Default.UsageInfo, Show);
        });
        return command;
    }

    private static void Show(UsageInfo usage)
    {
        Console.Out.WriteLine(
            $"Period from {usage.Period} to {Printer.Time(usage.Ends)}: {ByteSize.Format(usage.BytesUp)} up, {ByteSize.Format(usage.BytesDown)} down, in all {ByteSize.Format(usage.BytesUp + usage.BytesDown)}");
        var rows = usage.Rows;
        (string Title, bool Shown, Func<UsageRow, string?> Cell)[] columns =
        [
            ("participant", rows.Any(r => r.Participant is not null), r => r.Participant),
            ("core", rows.Any(r => r.Core is not null), r => r.Core),
            ("device", rows.Any(r => r.Device is not null), r => r.Device),
            ("user", rows.Any(r => r.User is not null), r => r.User),
            ("name", rows.Any(r => r.Name is not null), r => r.Name),
            ("up", true, r => ByteSize.Format(r.BytesUp)),
            ("down", true, r => ByteSize.Format(r.BytesDown)),
            ("lent", rows.Any(r => r.BytesLent > 0), r => ByteSize.Format(r.BytesLent)),
            ("of", rows.Any(r => r.BytesPerMonth is not null), r => r.BytesPerMonth is { } most ? ByteSize.Format(most) : null),
            ("left", rows.Any(r => r.Spent), r => r.Spent ? "nothing" : null),
        ];
        Printer.Table(rows, "Nothing was carried in this period.", [.. columns.Where(c => c.Shown).Select(c => (c.Title, c.Cell))]);
    }
}
