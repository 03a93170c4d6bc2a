using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway participant</c></summary>
internal static class ParticipantCommand
{
    public static Command Create() => new("participant", "Participants: the people who bring servers") { List(), Add() };

    private static void Show(IReadOnlyList<ParticipantInfo> participants) => Printer.Table(
        participants,
        "There is no participant yet: add one with “cellway participant add”.",
        ("participant", p => p.Id),
        ("nodes", p => p.Nodes.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("lends a month", p => p.ReserveBytesPerMonth == 0 ? "nothing" : $"{p.ReserveBytesPerMonth / 1e9:0.#} GB"),
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
        var reserve = new Option<long>("--reserve") { Description = "Bytes a month they lend to devices of other cells" };
        var command = new Command("add", "Add a participant") { id, reserve };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var wanted = new NewParticipant(parsed.GetRequiredValue(id), parsed.GetValue(reserve));
            var added = await client.SendAsync(
                HttpMethod.Post, "participants", wanted, AdminJson.Default.NewParticipant, AdminJson.Default.ParticipantInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(added, AdminJson.Default.ParticipantInfo, p => Show([p]));
        });
        return command;
    }
}
