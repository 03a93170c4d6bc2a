using System.Globalization;
using System.Text.Json;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Model.Cells;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>An array of whole Xray configurations (wire.md 6.2): first one that falls over by itself, then each way alone.</summary>
internal static class XrayFormat
{
    private const string Probe = "https://www.gstatic.com/generate_204";
    private const string Prefix = "proxy-";

    public static byte[] Render(DeviceAccess access) => JsonText.Write(json =>
    {
        json.WriteStartArray();
        if (access.Ways.Count > 1)
        {
            WriteConfiguration(json, access, access.Title, access.Ways);
        }

        foreach (var way in access.Ways)
        {
            WriteConfiguration(json, access, way.Name, [way]);
        }

        json.WriteEndArray();
    });

    private static void WriteConfiguration(Utf8JsonWriter json, DeviceAccess access, string name, IReadOnlyList<WayIn> ways) => json.Object(null, () =>
    {
        json.WriteString("remarks", name);
        json.Object("log", () => json.WriteString("loglevel", "warning"));
        json.Array("inbounds", () =>
        {
            WriteInbound(json, "socks", 10808);
            WriteInbound(json, "http", 10809);
        });
        json.Array("outbounds", () =>
        {
            for (var i = 0; i < ways.Count; i++)
            {
                WriteOutbound(json, access, ways[i], TagOf(i));
            }

            WritePlain(json, "direct", "freedom");
            WritePlain(json, "block", "blackhole");
        });
        if (ways.Count > 1)
        {
            json.Object("observatory", () =>
            {
                json.Strings("subjectSelector", Prefix);
                json.WriteString("probeURL", Probe);
                json.WriteString("probeInterval", "1m");
                json.WriteBoolean("enableConcurrency", true);
            });
        }

        WriteRouting(json, isBalanced: ways.Count > 1);
    });

    private static string TagOf(int i) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{i + 1:00}");

    private static void WriteInbound(Utf8JsonWriter json, string protocol, int port) => json.Object(null, () =>
    {
        json.WriteString("tag", protocol);
        json.WriteString("listen", "127.0.0.1");
        json.WriteNumber("port", port);
        json.WriteString("protocol", protocol);
        if (protocol == "socks")
        {
            json.Object("settings", () =>
            {
                json.WriteString("auth", "noauth");
                json.WriteBoolean("udp", true);
            });
        }

        json.Object("sniffing", () =>
        {
            json.WriteBoolean("enabled", true);
            json.Strings("destOverride", "http", "tls");
        });
    });

    private static void WritePlain(Utf8JsonWriter json, string tag, string protocol) => json.Object(null, () =>
    {
        json.WriteString("tag", tag);
        json.WriteString("protocol", protocol);
    });

    private static void WriteOutbound(Utf8JsonWriter json, DeviceAccess access, WayIn way, string tag) => json.Object(null, () =>
    {
        json.WriteString("tag", tag);
        json.WriteString("protocol", "vless");
        json.Object("settings", () => json.Array("vnext", () => json.Object(null, () =>
        {
            json.WriteString("address", way.Host);
            json.WriteNumber("port", way.Port);
            json.Array("users", () => json.Object(null, () =>
            {
                json.WriteString("id", access.Secrets.Id);
                json.WriteString("encryption", "none");
            }));
        })));
        json.Object("streamSettings", () => WriteStream(json, way));
    });

    private static void WriteStream(Utf8JsonWriter json, WayIn way)
    {
        json.WriteString("network", way.Transport.Kind == TransportKind.Grpc ? "grpc" : "ws");
        json.WriteString("security", "tls");
        json.Object("tlsSettings", () =>
        {
            json.WriteString("serverName", way.ServerName);
            json.Strings("alpn", way.Transport.Alpn);
            json.WriteString("fingerprint", way.Fingerprint);
        });
        if (way.Transport.Kind == TransportKind.Grpc)
        {
            json.Object("grpcSettings", () =>
            {
                json.WriteString("serviceName", way.ServiceName);
                json.WriteBoolean("multiMode", false);
                json.WriteNumber("idle_timeout", 60);
                json.WriteNumber("health_check_timeout", 20);
                json.WriteBoolean("permit_without_stream", false);
            });
        }
        else
        {
            json.Object("wsSettings", () =>
            {
                json.WriteString("path", EarlyDataPath.Of(way));
                json.WriteString("host", way.ServerName);
            });
        }
    }

    private static void WriteRouting(Utf8JsonWriter json, bool isBalanced) => json.Object("routing", () =>
    {
        json.WriteString("domainStrategy", "AsIs");
        if (isBalanced)
        {
            json.Array("balancers", () => json.Object(null, () =>
            {
                json.WriteString("tag", "auto");
                json.Strings("selector", Prefix);
                json.Object("strategy", () => json.WriteString("type", "leastPing"));
                json.WriteString("fallbackTag", TagOf(0));
            }));
        }

        json.Array("rules", () =>
        {
            json.Object(null, () =>
            {
                json.WriteString("type", "field");
                json.Strings("ip", PrivateRanges.All);
                json.WriteString("outboundTag", "direct");
            });
            json.Object(null, () =>
            {
                json.WriteString("type", "field");
                json.WriteString("network", "tcp,udp");
                json.WriteString(isBalanced ? "balancerTag" : "outboundTag", isBalanced ? "auto" : TagOf(0));
            });
        });
    });
}
