using System.Text;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.WebSocket;

namespace Cellway.Tests.DataPlane.WebSocket;

public sealed class WebSocketUpgradeTests
{
    [Theory]
    [InlineData("-_8", "fbff")]
    [InlineData("+/8=", "fbff")]
    [InlineData("chat, x", "")]
    [InlineData(null, "")]
    public void TryCreate_Upgrade_AcceptsAndEchoes(string? protocol, string early)
    {
        var request = new Http1Request(new("GET", "/x", null, HttpVersion.Http11));
        Add("host", "a");
        Add("connection", "keep-alive, Upgrade");
        Add("upgrade", "WebSocket");
        Add("sec-websocket-version", "13");
        Assert.Null(WebSocketUpgrade.TryCreate(request));
        Add("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        if (protocol is not null)
        {
            Add("sec-websocket-protocol", protocol);
        }

        var upgrade = WebSocketUpgrade.TryCreate(request)!;

        var head = Encoding.ASCII.GetString(upgrade.Head.Span);
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", head); // RFC 6455, 1.3
        Assert.Equal(protocol is not null, head.Contains($"Sec-WebSocket-Protocol: {protocol}\r\n", StringComparison.Ordinal));
        Assert.Equal(early, Convert.ToHexString(upgrade.EarlyData.Span), ignoreCase: true);

        void Add(string name, string value) => Assert.Null(request.Add(new(name, value, true)));
    }
}
