using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;

namespace Cellway.Tests.Manager.Subscriptions;

/// <summary>What each app gets, as files that a person has looked at. CELLWAY_WRITE_GOLDEN=1 writes them anew.</summary>
public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly NetworkRecord s_network = Samples.Network with
    {
        Name = "Сеть “Северное сияние” 🚀",
        Subscriptions = new() { SupportUrl = "https://t.me/example_support", Announcement = "Обновите приложение / Update the app", UpdateHours = 6 },
    };

    [Theory]
    [InlineData("v2rayN-7.24.8", "v2rayN/7.24.8")]
    [InlineData("v2rayNG-2.3.5", "v2rayNG/2.3.5")]
    [InlineData("v2rayNG-1.8.5-where-xray-json-is-wanted", "v2rayNG/1.8.5", true)]
    [InlineData("v2rayNG-2.3.5-where-xray-json-is-wanted", "v2rayNG/2.3.5", true)]
    [InlineData("Happ-3.4.1", "Happ/3.4.1/ios/2507181512")]
    [InlineData("Hiddify-2.5.7", "HiddifyNext/2.5.7 (android) like ClashMeta v2ray sing-box")]
    [InlineData("Streisand", "Streisand/1.6.40 CFNetwork/1568.100.1 Darwin/24.0.0")]
    [InlineData("Shadowrocket-2.2.68", "Shadowrocket/2678 CFNetwork/1568.100.1 Darwin/24.0.0 iPhone16,1")]
    [InlineData("SFA-1.12.8", "SFA/1.12.8 (567; sing-box 1.12.8; language en_US)")]
    [InlineData("SFI-1.11.4", "SFI/1.11.4 (1; sing-box 1.11.4; language ru_RU)")]
    [InlineData("Karing-1.2.4", "Karing/1.2.4.510 platform/android;mihomo/1.19.13;clash-verge;v2ray;sing-box 1.11.0;NekoBox/Android/1.3 (Prefer ClashMeta Format);HiddifyNext")]
    [InlineData("ClashVerge-2.4.2", "clash-verge/v2.4.2")]
    [InlineData("FlClash-0.8.87", "FlClash/v0.8.87 clash-verge Platform/android")]
    [InlineData("mihomo-1.19.13", "clash.meta/1.19.13")]
    [InlineData("NekoBox-1.4.1", "NekoBox/Android/1.4.1 (Prefer ClashMeta Format)")]
    public async Task Answer_App_AsReviewed(string name, string userAgent, bool xrayJson = false)
    {
        var network = s_network with { Subscriptions = s_network.Subscriptions! with { XrayJson = xrayJson } };
        await using var subscriptions = await SubscriptionFixture.StartAsync([network, .. SubscriptionFixture.Network]);
        subscriptions.Allowance = new(1_234_567, 89_000_000_000, 100_000_000_000, Samples.Now.AddDays(30), null);

        Compare(name, (await subscriptions.AskAsync(userAgent))!);
    }

    [Theory]
    [InlineData("links")]
    [InlineData("xray")]
    [InlineData("sing-box")]
    [InlineData("sing-box-legacy")]
    [InlineData("clash")]
    public async Task Answer_Notice_AsReviewed(string format)
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync([s_network, .. SubscriptionFixture.Network]);
        subscriptions.Allowance = new(0, 0, null, Samples.Now, null);

        Compare($"expired-{format}", (await subscriptions.AskAsync("", r => r.Query = $"format={format}"))!);
    }

    private static void Compare(string name, SubscriptionReply reply, [CallerFilePath] string here = "")
    {
        var text = Show(reply);
        var file = Path.Combine(AppContext.BaseDirectory, "golden", $"{name}.txt");
        if (Environment.GetEnvironmentVariable("CELLWAY_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(here)!, "golden", $"{name}.txt"), text);
            return;
        }

        Assert.Equal(File.ReadAllText(file), text, ignoreLineEndingDifferences: true);
    }

    /// <summary>Headers, an empty line, the body: decoded if it is base 64, indented if it is JSON, for the eye.</summary>
    private static string Show(SubscriptionReply reply)
    {
        var text = new StringBuilder().Append(reply.Status).Append('\n');
        foreach (var header in reply.Headers)
        {
            text.Append(header.Name).Append(": ").Append(header.Value).Append('\n');
        }

        var body = reply.Body.ToStringUtf8();
        text.Append('\n');
        if (body[0] is '{' or '[')
        {
            text.Append(JsonNode.Parse(body)!.ToJsonString(s_indented));
        }
        else if (!body.Contains(':', StringComparison.Ordinal))
        {
            text.Append("(in base 64)\n").Append(Encoding.UTF8.GetString(Convert.FromBase64String(body)));
        }
        else
        {
            text.Append(body);
        }

        return text.Append('\n').ToString();
    }
}
