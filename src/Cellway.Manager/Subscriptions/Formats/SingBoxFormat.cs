using System.Text.Json;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Model.Cells;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>A whole sing-box configuration (wire.md 6.3).</summary>
internal static class SingBoxFormat
{
    private const string Probe = "https://www.gstatic.com/generate_204";
    private const string Select = "select";
    private const string Auto = "auto";

    /// <param name="access">What to render.</param>
    /// <param name="isLegacy">For sing-box before 1.12, which has neither typed DNS servers nor the later forms of addresses and sniffing.</param>
    public static byte[] Render(DeviceAccess access, bool isLegacy) => JsonText.Write(json => json.Object(null, () =>
    {
        json.Object("log", () => json.WriteString("level", "warn"));
        json.Object("dns", () => WriteDns(json, isLegacy));
        json.Array("inbounds", () => json.Object(null, () => WriteTun(json, isLegacy)));
        json.Array("outbounds", () => WriteOutbounds(json, access, isLegacy));
        json.Object("route", () => WriteRoute(json, isLegacy));
    }));

    private static void WriteDns(Utf8JsonWriter json, bool isLegacy)
    {
        json.Array("servers", () =>
        {
            json.Object(null, () =>
            {
                json.WriteString("tag", "remote");
                if (isLegacy)
                {
                    json.WriteString("address", "https://1.1.1.1/dns-query");
                }
                else
                {
                    json.WriteString("type", "https");
                    json.WriteString("server", "1.1.1.1");
                }

                json.WriteString("detour", Select);
            });
            json.Object(null, () =>
            {
                json.WriteString("tag", "local");
                json.WriteString(isLegacy ? "address" : "type", "local");
                if (isLegacy)
                {
                    json.WriteString("detour", "direct");
                }
            });
        });
        if (isLegacy)
        {
            json.Array("rules", () => json.Object(null, () =>
            {
                json.WriteString("outbound", "any"); // the Entries' own names
                json.WriteString("server", "local");
            }));
        }

        json.WriteString("final", "remote");
    }

    private static void WriteTun(Utf8JsonWriter json, bool isLegacy)
    {
        const string V4 = "172.19.0.1/30";
        const string V6 = "fdfe:dcba:9876::1/126";
        json.WriteString("type", "tun");
        json.WriteString("tag", "tun-in");
        if (isLegacy)
        {
            json.WriteString("inet4_address", V4);
            json.WriteString("inet6_address", V6);
            json.WriteBoolean("sniff", true);
        }
        else
        {
            json.Strings("address", V4, V6);
        }

        json.WriteNumber("mtu", 9000);
        json.WriteBoolean("auto_route", true);
        json.WriteBoolean("strict_route", true);
        json.WriteString("stack", "mixed");
    }

    private static void WriteOutbounds(Utf8JsonWriter json, DeviceAccess access, bool isLegacy)
    {
        json.Object(null, () =>
        {
            json.WriteString("type", "selector");
            json.WriteString("tag", Select);
            json.Strings("outbounds", access.Ways.Select(w => w.Name).Prepend(Auto));
            json.WriteString("default", Auto);
        });
        json.Object(null, () =>
        {
            json.WriteString("type", "urltest");
            json.WriteString("tag", Auto);
            json.Strings("outbounds", access.Ways.Select(w => w.Name));
            json.WriteString("url", Probe);
            json.WriteString("interval", "3m");
            json.WriteNumber("tolerance", 50);
        });
        foreach (var way in access.Ways)
        {
            json.Object(null, () => WriteWay(json, access, way));
        }

        json.Object(null, () =>
        {
            json.WriteString("type", "direct");
            json.WriteString("tag", "direct");
        });
        if (isLegacy)
        {
            json.Object(null, () =>
            {
                json.WriteString("type", "dns");
                json.WriteString("tag", "dns-out");
            });
        }
    }

    private static void WriteWay(Utf8JsonWriter json, DeviceAccess access, WayIn way)
    {
        json.WriteString("type", "vless");
        json.WriteString("tag", way.Name);
        json.WriteString("server", way.Host);
        json.WriteNumber("server_port", way.Port);
        json.WriteString("uuid", access.Secrets.Id);
        json.WriteString("packet_encoding", "xudp");
        json.Object("tls", () =>
        {
            json.WriteBoolean("enabled", true);
            json.WriteString("server_name", way.ServerName);
            json.Strings("alpn", way.Transport.Alpn);
            json.Object("utls", () =>
            {
                json.WriteBoolean("enabled", true);
                json.WriteString("fingerprint", way.Fingerprint);
            });
        });
        json.Object("transport", () =>
        {
            if (way.Transport.Kind == TransportKind.Grpc)
            {
                json.WriteString("type", "grpc");
                json.WriteString("service_name", way.ServiceName);
                json.WriteString("idle_timeout", "60s");
                json.WriteString("ping_timeout", "20s");
                return;
            }

            json.WriteString("type", "ws");
            json.WriteString("path", way.Path);
            json.Object("headers", () => json.WriteString("Host", way.ServerName));
            if (way.Transport.EarlyData > 0)
            {
                json.WriteNumber("max_early_data", way.Transport.EarlyData);
                json.WriteString("early_data_header_name", EarlyDataPath.Header);
            }
        });
    }

    private static void WriteRoute(Utf8JsonWriter json, bool isLegacy)
    {
        json.Array("rules", () =>
        {
            if (!isLegacy)
            {
                json.Object(null, () => json.WriteString("action", "sniff"));
            }

            json.Object(null, () =>
            {
                json.WriteString("protocol", "dns");
                json.WriteString(isLegacy ? "outbound" : "action", isLegacy ? "dns-out" : "hijack-dns");
            });
            json.Object(null, () =>
            {
                json.WriteBoolean("ip_is_private", true);
                json.WriteString("outbound", "direct");
            });
        });
        json.WriteString("final", Select);
        json.WriteBoolean("auto_detect_interface", true);
        if (!isLegacy)
        {
            json.WriteString("default_domain_resolver", "local");
        }
    }
}
