using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway participant</c></summary>
internal static class ParticipantCommand
{
    public static Command Create() => new("participant", "Participants: the people who bring servers") { List(), Add(), Reserve(), Remove() };

    private static void Show(IReadOnlyList<ParticipantInfo> participants) => Printer.Table(
        participants,
        "There is no participant yet: add one with “cellway participant add”.",
        ("participant", p => p.Id),
        ("nodes", p => p.Nodes.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("lends a month", p => p.ReserveBytesPerMonth == 0 ? "nothing" : ByteSize.Format(p.ReserveBytesPerMonth)),
        ("lent", p => ByteSize.Format(p.BytesLent) + (p.ReserveSpent ? ", all of it" : "")),
        ("since", p => Printer.Time(p.CreatedAt)));

    private static Command List()
    {
        var command = new Command("list", "Show every participant");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("participants", AdminJson.Default.IReadOnlyListParticipantInfo, cancellationToken),
                AdminJson.Default.IReadOnlyListParticipantInfo,
                Show);
        });
        return command;
    }

    private static Command Add()
    {
        var id = new Argument<string>("name") { Description = "1 to 63 of a–z, 0–9 and hyphens" };
        var reserve = new Option<string>("--reserve") { Description = "What they lend to devices of other cells a month, like 500GB; default: nothing", DefaultValueFactory = _ => "none" };
        var command = new Command("add", "Add a participant") { id, reserve };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var wanted = new NewParticipant(parsed.GetRequiredValue(id), ByteSize.ParseAmount(parsed.GetRequiredValue(reserve), reserve.Name));
            var added = await client.SendAsync(
                HttpMethod.Post, "participants", wanted, AdminJson.Default.NewParticipant, AdminJson.Default.ParticipantInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(added, AdminJson.Default.ParticipantInfo, p => Show([p]));
        });
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("participant");
        var command = new Command("remove", "Refuse everything a participant brought or could bring, everywhere and for good, and forget them") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var removed = await client.DeleteAsync($"participants/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", AdminJson.Default.RemovedParticipant, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(removed, AdminJson.Default.RemovedParticipant, r =>
                Spectre.Console.AnsiConsole.WriteLine($"{r.Id} is removed; {r.RevokedNodes} nodes are revoked."));
        });
        return command;
    }

    private static Command Reserve()
    {
        var id = new Argument<string>("participant");
        var bytes = new Option<string>("--bytes") { Description = "What they lend to devices of other cells a month, like 500GB, or none", Required = true };
        var command = new Command("reserve", "Set what a participant lends to devices of other cells") { id, bytes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var changed = await client.SendAsync(
                HttpMethod.Patch,
                $"participants/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}",
                new ParticipantChange(ByteSize.ParseAmount(parsed.GetRequiredValue(bytes), bytes.Name)),
                AdminJson.Default.ParticipantChange,
                AdminJson.Default.ParticipantInfo,
                cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(changed, AdminJson.Default.ParticipantInfo, p => Show([p]));
        });
        return command;
    }
}
