using System.Globalization;
using System.Text;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Model.Cells;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>Writes a <c>vless://</c> link (wire.md 5): every value encoded like encodeURIComponent does, because importers differ in what else they take.</summary>
internal sealed class ShareLinkText
{
    private readonly StringBuilder _text = new();
    private bool _hasParameters;

    private ShareLinkText()
    {
    }

    public static string Of(WayIn way, string id)
    {
        var link = new ShareLinkText();
        link.Begin(id, way.Host, way.Port);
        link.Add("encryption", "none"); // the share-link proposal demands it
        link.Add("security", "tls");
        link.Add("sni", way.ServerName);
        link.Add("fp", way.Fingerprint);
        link.Add("alpn", string.Join(',', way.Transport.Alpn));
        if (way.Transport.Kind == TransportKind.Grpc)
        {
            link.Add("type", "grpc");
            link.Add("serviceName", way.ServiceName);
            link.Add("mode", "gun");
        }
        else
        {
            link.Add("type", "ws");
            link.Add("host", way.ServerName);
            link.Add("path", EarlyDataPath.Of(way));
        }

        return link.End(way.Name);
    }

    private void Begin(string id, string host, int port)
    {
        _text.Append("vless://").Append(Uri.EscapeDataString(id)).Append('@');
        _ = host.Contains(':', StringComparison.Ordinal) ? _text.Append('[').Append(host).Append(']') : _text.Append(host);
        _text.Append(':').Append(port.ToString(CultureInfo.InvariantCulture));
    }

    private void Add(string key, string value)
    {
        _text.Append(_hasParameters ? '&' : '?').Append(key).Append('=').Append(Uri.EscapeDataString(value));
        _hasParameters = true;
    }

    private string End(string name) => _text.Append('#').Append(Uri.EscapeDataString(name)).ToString();
}
