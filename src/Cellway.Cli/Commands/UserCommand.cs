using System.CommandLine;
using System.Globalization;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway user</c></summary>
internal static class UserCommand
{
    public static Command Create() => new("user", "Users: the people who use the network")
    {
        List(),
        Add(),
        Switch("disable", "Refuse all devices of a user", true),
        Switch("enable", "Admit them again", false),
        Limit(),
    };

    private static void Show(IReadOnlyList<UserInfo> users) => Printer.Table(
        users,
        "There is no user yet: add one with “cellway user add”.",
        ("user", u => u.Id),
        ("state", u => u.Disabled ? "disabled" : "active"),
        ("until", u => u.ExpiresAt is { } end ? Printer.Time(end) : null),
        ("devices", u => u.Devices.ToString(CultureInfo.InvariantCulture)),
        ("since", u => Printer.Time(u.CreatedAt)));

    private static Command List()
    {
        var command = new Command("list", "Show every user");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("users", AdminJson.Default.IReadOnlyListUserInfo, cancellationToken), AdminJson.Default.IReadOnlyListUserInfo, Show);
        });
        return command;
    }

    private static Command Add()
    {
        var id = new Argument<string>("name") { Description = "1 to 63 of a–z, 0–9 and hyphens" };
        var command = new Command("add", "Add a user") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var user = await client.SendAsync(
                HttpMethod.Post, "users", new NewUser(parsed.GetRequiredValue(id)), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(user, AdminJson.Default.UserInfo, u => Show([u]));
        });
        return command;
    }

    private static Command Limit()
    {
        var id = new Argument<string>("user");
        var expires = new Option<string>("--expires") { Description = "From when on their devices are refused: a day, 2026-12-31 (00:00 UTC), a moment, 2026-12-31T18:00Z, or never", Required = true };
        var command = new Command("limit", "Set when a user's time is over") { id, expires };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var text = parsed.GetRequiredValue(expires);
            var change = text == "never" ? new UserChange(NeverExpires: true)
                : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? new UserChange(ExpiresAt: end)
                : throw new CliException($"--expires: “{text}” is not a time: write it like 2026-12-31 or 2026-12-31T18:00Z, or never.");
            using var client = CommonOptions.ClientOf(parsed);
            var user = await client.SendAsync(
                HttpMethod.Patch, $"users/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", change, AdminJson.Default.UserChange, AdminJson.Default.UserInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(user, AdminJson.Default.UserInfo, u => Show([u]));
        });
        return command;
    }

    private static Command Switch(string verb, string description, bool disabled)
    {
        var id = new Argument<string>("user");
        var command = new Command(verb, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var path = $"users/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}";
            var user = await client.SendAsync(
                HttpMethod.Patch, path, new UserChange(disabled), AdminJson.Default.UserChange, AdminJson.Default.UserInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(user, AdminJson.Default.UserInfo, u => Show([u]));
        });
        return command;
    }
}
