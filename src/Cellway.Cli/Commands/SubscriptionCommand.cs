using System.CommandLine;
using Cellway.Cli.Output;
using Cellway.Manager.Api;

namespace Cellway.Cli.Commands;

/// <summary><c>cellway subscription</c></summary>
internal static class SubscriptionCommand
{
    public static Command Create() => new("subscription", "What every subscription tells people besides their ways in") { Show(), Set() };

    private static void Print(SubscriptionInfo info) => Printer.Table(
        [info],
        "",
        ("title", s => s.Title),
        ("help", s => s.SupportUrl ?? "–"),
        ("announcement", s => s.Announcement ?? "–"),
        ("read every", s => $"{s.UpdateHours} h"),
        ("apps with Xray", s => s.XrayJson ? "whole configurations" : "links"));

    private static Command Show()
    {
        var command = new Command("show", "Show it");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            CommonOptions.PrinterOf(parsed).Print(
                await client.GetAsync("subscriptions", AdminJson.Default.SubscriptionInfo, cancellationToken), AdminJson.Default.SubscriptionInfo, Print);
        });
        return command;
    }

    private static Command Set()
    {
        var title = new Option<string?>("--title") { Description = "The network's name, as people see it" };
        var support = new Option<string?>("--support-url") { Description = "Where people find help: an https://, tg:// or mailto: URL; empty for nowhere" };
        var announce = new Option<string?>("--announce") { Description = "A line that apps and the page show to everybody, 200 characters at most; empty for none" };
        var hours = new Option<int?>("--update-hours") { Description = "How often apps read their subscription again, 1 to 168" };
        var xray = new Option<bool?>("--xray-json") { Description = "true: apps with Xray inside get whole configurations, which fall over by themselves; false: links" };
        var command = new Command("set", "Change it") { title, support, announce, hours, xray };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.ClientOf(parsed);
            var change = new SubscriptionChange(
                parsed.GetValue(title), parsed.GetValue(support), parsed.GetValue(announce), parsed.GetValue(hours), parsed.GetValue(xray));
            var info = await client.SendAsync(
                HttpMethod.Patch, "subscriptions", change, AdminJson.Default.SubscriptionChange, AdminJson.Default.SubscriptionInfo, cancellationToken);
            CommonOptions.PrinterOf(parsed).Print(info, AdminJson.Default.SubscriptionInfo, Print);
        });
        return command;
    }
}
