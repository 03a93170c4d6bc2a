using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Cellway.Tests.Manager.Subscriptions;

/// <summary>What wire.md 6 says that each app insists on.</summary>
public sealed class DocumentShapeTests
{
    [Fact]
    public async Task Xray_EveryConfiguration_IsWholeAndItsReferencesHold()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        var configurations = JsonNode.Parse(await BodyAsync(subscriptions, "xray"))!.AsArray();
        Assert.Equal(9, configurations.Count); // all together, and each of the eight ways
        foreach (var configuration in configurations.Select(c => c!.AsObject()))
        {
            Only(configuration, "remarks", "log", "inbounds", "outbounds", "observatory", "routing");
            var outbounds = Objects(configuration["outbounds"]);
            var tags = outbounds.Select(o => (string)o["tag"]!).ToList();
            Assert.Equal(tags.Distinct(), tags);
            var proxies = outbounds.Where(o => (string?)o["protocol"] == "vless").ToList();
            foreach (var proxy in proxies)
            {
                var server = Assert.Single(Objects(proxy["settings"]!["vnext"]));
                Only(server, "address", "port", "users");
                Assert.InRange((int)server["port"]!, 1, 65535);
                Assert.Equal("none", (string?)Assert.Single(Objects(server["users"]))["encryption"]);
                var stream = proxy["streamSettings"]!.AsObject();
                Assert.Equal("tls", (string?)stream["security"]);
                Only(stream["tlsSettings"]!.AsObject(), "serverName", "alpn", "fingerprint"); // allowInsecure is refused by today's Xray
                Only(stream, "network", "security", "tlsSettings", (string?)stream["network"] == "grpc" ? "grpcSettings" : "wsSettings");
            }

            var balancers = Objects(configuration["routing"]!["balancers"]);
            Assert.Equal(proxies.Count > 1 ? 1 : 0, balancers.Count);
            Assert.Equal(proxies.Count > 1, configuration.ContainsKey("observatory"));
            foreach (var balancer in balancers)
            {
                var prefix = (string)Assert.Single(balancer["selector"]!.AsArray())!;
                Assert.Equal(proxies.Select(p => (string)p["tag"]!), tags.Where(t => t.StartsWith(prefix, StringComparison.Ordinal)));
                Assert.Contains((string)balancer["fallbackTag"]!, tags);
            }

            foreach (var rule in Objects(configuration["routing"]!["rules"]))
            {
                Assert.True(rule["outboundTag"] is { } tag ? tags.Contains((string)tag!) : balancers.Any(b => (string?)b["tag"] == (string?)rule["balancerTag"]));
            }
        }
    }

    [Theory]
    [InlineData("sing-box", false)]
    [InlineData("sing-box-legacy", true)]
    public async Task SingBox_Document_HasOnlyWhatItsVersionKnowsAndItsReferencesHold(string format, bool isLegacy)
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        var document = JsonNode.Parse(await BodyAsync(subscriptions, format))!.AsObject();
        Only(document, "log", "dns", "inbounds", "outbounds", "route");
        var outbounds = Objects(document["outbounds"]);
        var tags = outbounds.Select(o => (string)o["tag"]!).ToList();
        Assert.Equal(tags.Distinct(), tags);
        foreach (var outbound in outbounds)
        {
            switch ((string?)outbound["type"])
            {
                case "selector" or "urltest":
                    Assert.NotEmpty(outbound["outbounds"]!.AsArray());
                    Assert.All(outbound["outbounds"]!.AsArray(), o => Assert.Contains((string)o!, tags));
                    break;
                case "vless":
                    Only(outbound, "type", "tag", "server", "server_port", "uuid", "packet_encoding", "tls", "transport");
                    Only(outbound["tls"]!.AsObject(), "enabled", "server_name", "alpn", "utls");
                    Only(
                        outbound["transport"]!.AsObject(),
                        (string?)outbound["transport"]!["type"] == "grpc"
                            ? ["type", "service_name", "idle_timeout", "ping_timeout"]
                            : ["type", "path", "headers", "max_early_data", "early_data_header_name"]);
                    break;
                case "direct":
                    break;
                case "dns":
                    Assert.True(isLegacy); // gone in 1.13
                    break;
                default:
                    Assert.Fail($"{outbound["type"]} is no outbound that this knows.");
                    break;
            }
        }

        var tun = Assert.Single(Objects(document["inbounds"]));
        Assert.Equal(isLegacy, tun.ContainsKey("inet4_address")); // gone in 1.12
        Assert.Equal(!isLegacy, tun.ContainsKey("address"));
        Assert.All(Objects(document["dns"]!["servers"]), s => Assert.Equal(isLegacy, s.ContainsKey("address")));
        Assert.Equal("select", (string?)document["route"]!["final"]);
    }

    [Fact]
    public async Task Clash_Document_NamesAreUniqueAndItsReferencesHold()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(await BodyAsync(subscriptions, "clash")));
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var proxies = ((YamlSequenceNode)root["proxies"]).Select(p => p["name"].ToString()).ToList();
        var groups = ((YamlSequenceNode)root["proxy-groups"]).ToList();
        List<string> names = [.. proxies, .. groups.Select(g => g["name"].ToString()), "DIRECT"];

        Assert.Equal(8, proxies.Count);
        Assert.Equal(names.Distinct(), names);
        Assert.Equal(["select", "url-test", "fallback"], groups.Select(g => g["type"].ToString()));
        Assert.All(groups, g => Assert.All((YamlSequenceNode)g["proxies"], p => Assert.Contains(p.ToString(), names)));
        Assert.All((YamlSequenceNode)root["proxies"], p => Assert.Equal("true", p["udp"].ToString())); // false when absent
        Assert.All((YamlSequenceNode)root["rules"], r => Assert.Contains(r.ToString().Split(',') is ["MATCH", var target] ? target : r.ToString().Split(',')[2], names));
    }

    private static void Only(JsonObject node, params string[] allowed) => Assert.Empty(node.Select(p => p.Key).Except(allowed));

    private static List<JsonObject> Objects(JsonNode? node) => [.. (node as JsonArray ?? []).OfType<JsonObject>()];

    private static async Task<string> BodyAsync(SubscriptionFixture subscriptions, string format) =>
        (await subscriptions.AskAsync("", r => r.Suffix = format))!.Body.ToStringUtf8();
}
