using Cellway.Manager.Subscriptions.Access;
using Cellway.Model.Cells;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>A whole configuration for mihomo and its family (wire.md 6.4).</summary>
internal static class ClashFormat
{
    private const string Probe = "https://www.gstatic.com/generate_204";
    private const string Auto = "AUTO";
    private const string Failover = "FAILOVER";

    public static byte[] Render(DeviceAccess access) => YamlText.Write(yaml =>
    {
        var names = access.Ways.Select(w => w.Name).ToList();
        yaml.Add("mixed-port", 7890);
        yaml.Add("mode", "rule");
        yaml.Add("ipv6", true);
        yaml.Sequence("proxies", () =>
        {
            foreach (var way in access.Ways)
            {
                yaml.Mapping(() => WriteProxy(yaml, access, way));
            }
        });
        yaml.Sequence("proxy-groups", () =>
        {
            // Whoever has hit a limit is shown why, and nothing to choose that would go past the network unseen.
            WriteGroup(yaml, "PROXY", "select", access.Notice == AccessNotice.None ? [Auto, Failover, .. names, "DIRECT"] : [Auto, Failover, .. names]);
            WriteGroup(yaml, Auto, "url-test", names);
            WriteGroup(yaml, Failover, "fallback", names);
        });
        yaml.Sequence("rules", () =>
        {
            foreach (var range in PrivateRanges.All)
            {
                yaml.Quoted($"{(range.Contains(':', StringComparison.Ordinal) ? "IP-CIDR6" : "IP-CIDR")},{range},DIRECT,no-resolve");
            }

            yaml.Quoted("MATCH,PROXY");
        });
    });

    private static void WriteProxy(YamlText yaml, DeviceAccess access, WayIn way)
    {
        yaml.Add("name", way.Name);
        yaml.Add("type", "vless");
        yaml.Add("server", way.Host);
        yaml.Add("port", way.Port);
        yaml.Add("uuid", access.Secrets.Id);
        yaml.Add("network", way.Transport.Kind == TransportKind.Grpc ? "grpc" : "ws");
        yaml.Add("udp", true); // false when absent
        yaml.Add("packet-encoding", "xudp");
        yaml.Add("tls", true);
        yaml.Add("servername", way.ServerName);
        yaml.Strings("alpn", way.Transport.Alpn);
        yaml.Add("client-fingerprint", way.Fingerprint);
        yaml.Add("skip-cert-verify", false);
        if (way.Transport.Kind == TransportKind.Grpc)
        {
            yaml.Mapping("grpc-opts", () => yaml.Add("grpc-service-name", way.ServiceName));
            return;
        }

        yaml.Mapping("ws-opts", () =>
        {
            yaml.Add("path", way.Path);
            yaml.Mapping("headers", () => yaml.Add("Host", way.ServerName));
            if (way.Transport.EarlyData > 0)
            {
                yaml.Add("max-early-data", way.Transport.EarlyData);
                yaml.Add("early-data-header-name", EarlyDataPath.Header);
            }
        });
    }

    private static void WriteGroup(YamlText yaml, string name, string type, IEnumerable<string> proxies) => yaml.Mapping(() =>
    {
        yaml.Add("name", name);
        yaml.Add("type", type);
        yaml.Strings("proxies", proxies);
        if (type != "select")
        {
            yaml.Add("url", Probe);
            yaml.Add("interval", 300);
        }

        if (type == "url-test")
        {
            yaml.Add("tolerance", 50);
        }
    });
}
