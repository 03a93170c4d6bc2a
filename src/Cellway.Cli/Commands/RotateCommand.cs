using System.CommandLine;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway rotate</c></summary>
internal static class RotateCommand
{
    public static Command Create()
    {
        var now = new Option<bool>("--now") { Description = "Change names now, and go on from there in the usual intervals" };
        var cell = new Option<string?>("--cell") { Description = "Of this cell only" };
        var hop = new Option<string?>("--hop") { Description = "entry (client to Entry) or exit (Entry to Core); default: both" };
        var reason = new Option<string?>("--reason") { Description = "compromise: replace every name, planned ones too, and end the old ones early" };
        var grace = DurationOption.New("--grace", "After a compromise: how long the old names are still accepted, like 30m or 2h; 0 refuses them at once. Clients that have not refreshed by then must fetch their subscription again");
        var command = new Command("rotate", "Change service names without waiting for the plan") { now, cell, hop, reason, grace };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(now))
            {
                throw new CliException("Names rotate by themselves; “cellway rotation” shows when. To change them now, say --now.");
            }

            using var client = CommonOptions.ClientOf(parsed);
            var request = new RotateRequest(parsed.GetValue(cell), parsed.GetValue(hop), parsed.GetValue(reason), parsed.GetValue(grace));
            var rotated = await client.SendAsync(
                HttpMethod.Post, "rotation", request, AdminJson.Default.RotateRequest, AdminJson.Default.IReadOnlyListRotationInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(rotated, AdminJson.Default.IReadOnlyListRotationInfo, RotationCommand.ShowBriefly);
        });
        return command;
    }
}
