using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;
using Spectre.Console;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway device</c></summary>
internal static class DeviceCommand
{
    public static Command Create() => new("device", "Devices: one for each client app of a user, each with a subscription URL")
    {
        List(),
        Add(),
        Move(),
        Reissue(),
        Switch("disable", "Refuse a device", true),
        Switch("enable", "Admit it again", false),
        Rename(),
        Limit(),
        Remove(),
    };

    private static void Show(IReadOnlyList<DeviceInfo> devices) => Printer.Table(
        devices,
        "There is no device yet: add one with “cellway device add”.",
        ("device", d => d.Id),
        ("user", d => d.User),
        ("name", d => d.Name),
        ("cell", d => d.Cell),
        ("state", d => d.Disabled ? "disabled" : d.Spent ? "used up" : "active"),
        ("used", d => ByteSize.Format(d.BytesUsed) + (d.BytesPerMonth is { } most ? $" of {ByteSize.Format(most)}" : "")),
        ("core", d => d.Core + (d.LentBy is null ? "" : $" (lent by {d.LentBy})") + (d.PinnedCore is null ? "" : d.PinnedCore == d.Core ? " (pinned)" : $" (pinned to {d.PinnedCore})")),
        ("since", d => Printer.Time(d.CreatedAt)));

    private static void ShowOnce(DeviceCredential credential)
    {
        Show([credential.Device]);
        AnsiConsole.WriteLine("Its subscription URL, not shown again. Whoever has it can use the network as this device:");
        foreach (var url in credential.SubscriptionUrls)
        {
            Console.Out.WriteLine(url);
        }

        if (!Console.IsOutputRedirected && credential.SubscriptionUrls.Count > 0)
        {
            Console.Out.WriteLine(QrCode.Render(credential.SubscriptionUrls[0]));
        }
    }

    private static Command List()
    {
        var command = new Command("list", "Show every device");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, cancellationToken), AdminJson.Default.IReadOnlyListDeviceInfo, Show);
        });
        return command;
    }

    private static Command Add()
    {
        var user = new Argument<string>("user");
        var name = new Argument<string>("name") { Description = "The owner's name for it: 1 to 63 of a–z, 0–9 and hyphens" };
        var cell = new Option<string?>("--cell") { Description = "Its home; default: the active cell with the fewest devices" };
        var command = new Command("add", "Add a device and show its subscription URL, once") { user, name, cell };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var wanted = new NewDevice(parsed.GetRequiredValue(user), parsed.GetRequiredValue(name), parsed.GetValue(cell));
            var added = await client.SendAsync(
                HttpMethod.Post, "devices", wanted, AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(added, AdminJson.Default.DeviceCredential, ShowOnce);
        });
        return command;
    }

    private static Command Move()
    {
        var id = new Argument<string>("device") { Description = "Its id, as in “cellway device list”" };
        var core = new Option<string?>("--core") { Description = "Pin it to this Core: it goes there before any other, and its home is that Core's cell" };
        var cell = new Option<string?>("--cell") { Description = "Make this cell its home" };
        var unpin = new Option<bool>("--unpin") { Description = "Let it go to the Core that suits it best again" };
        var command = new Command("move", "Choose a device's home or Core; running sessions end, the next ones go there") { id, core, cell, unpin };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var device = await client.SendAsync(
                HttpMethod.Post,
                $"devices/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/move",
                new DeviceMove(parsed.GetValue(core), parsed.GetValue(cell), parsed.GetValue(unpin)),
                AdminJson.Default.DeviceMove,
                AdminJson.Default.DeviceInfo,
                cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(device, AdminJson.Default.DeviceInfo, d => Show([d]));
        });
        return command;
    }

    private static Command Reissue()
    {
        var id = new Argument<string>("device") { Description = "Its id, as in “cellway device list”" };
        var command = new Command("reissue", "Give a device a new subscription URL; the old one stops at once") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var reissued = await client.PostAsync(
                $"devices/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/credential", AdminJson.Default.DeviceCredential, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(reissued, AdminJson.Default.DeviceCredential, ShowOnce);
        });
        return command;
    }

    private static Command Switch(string verb, string description, bool disabled)
    {
        var id = new Argument<string>("device") { Description = "Its id, as in “cellway device list”" };
        var command = new Command(verb, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var device = await client.SendAsync(
                HttpMethod.Patch,
                $"devices/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}",
                new DeviceChange(disabled),
                AdminJson.Default.DeviceChange,
                AdminJson.Default.DeviceInfo,
                cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(device, AdminJson.Default.DeviceInfo, d => Show([d]));
        });
        return command;
    }

    private static Command Rename()
    {
        var id = new Argument<string>("device") { Description = "Its id, as in “cellway device list”" };
        var name = new Argument<string>("name") { Description = "1 to 63 of a–z, 0–9 and hyphens" };
        var command = new Command("rename", "Give a device another name; its subscription URL stays") { id, name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var device = await client.SendAsync(
                HttpMethod.Patch, $"devices/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", new DeviceChange(Name: parsed.GetRequiredValue(name)),
                AdminJson.Default.DeviceChange, AdminJson.Default.DeviceInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(device, AdminJson.Default.DeviceInfo, d => Show([d]));
        });
        return command;
    }

    private static Command Limit()
    {
        var id = new Argument<string>("device") { Description = "Its id, as in “cellway device list”" };
        var bytes = new Option<string?>("--bytes") { Description = "The most it may move in a period, both directions together, like 50GB; none for no limit" };
        var sessions = new Option<string?>("--sessions") { Description = "The most sessions it may have at one Core; none for no limit" };
        var rate = new Option<string?>("--rate") { Description = "The most bytes a second in each direction at one Core, like 5MB or 40Mbit; none for no limit" };
        var apps = new Option<string?>("--apps") { Description = "Client apps that may read its subscription, as far as they name themselves, 1 to 32; none for no limit" };
        var addresses = new Option<string?>("--addresses") { Description = "Addresses that its sessions may come from at one time at one Entry; none for no limit" };
        var command = new Command("limit", "Limit what a device may use; what is not named stays") { id, bytes, sessions, rate, apps, addresses };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var change = new DeviceChange(
                BytesPerMonth: parsed.GetValue(bytes) is { } b ? ByteSize.ParseLimit(b, bytes.Name) : null,
                Sessions: parsed.GetValue(sessions) is { } s ? ParseCount(s, sessions.Name) : null,
                BytesPerSecond: parsed.GetValue(rate) is { } r ? ByteSize.ParseLimit(r, rate.Name) : null,
                Apps: parsed.GetValue(apps) is { } a ? ParseCount(a, apps.Name) : null,
                Addresses: parsed.GetValue(addresses) is { } d ? ParseCount(d, addresses.Name) : null);
            if (change == new DeviceChange())
            {
                throw new CliException("Say what to limit: --bytes, --sessions, --rate, --apps or --addresses.");
            }

            using var client = CommonOptions.ClientOf(parsed);
            var device = await client.SendAsync(
                HttpMethod.Patch,
                $"devices/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}",
                change,
                AdminJson.Default.DeviceChange,
                AdminJson.Default.DeviceInfo,
                cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(device, AdminJson.Default.DeviceInfo, d => Show([d]));
        });
        return command;
    }

    private static int ParseCount(string text, string option) => text == "none" ? 0
        : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw new CliException($"{option}: “{text}” is not a number of them: write 1 or more, or none for no limit.");

    private static Command Remove()
    {
        var id = new Argument<string>("device") { Description = "Its id, as in “cellway device list”" };
        var command = new Command("remove", "Remove a device for good") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            await client.DeleteAsync($"devices/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", cancellationToken);
        });
        return command;
    }
}
