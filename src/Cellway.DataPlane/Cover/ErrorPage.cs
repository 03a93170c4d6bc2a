using System.Net;
using System.Text;
using Cellway.DataPlane.Http1;

namespace Cellway.DataPlane.Cover;

/// <summary>nginx's stock pages, byte for byte.</summary>
internal static class ErrorPage
{
    private const string Padding = "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n";

    /// <summary>The page of a status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="reason">For the 400 pages that say more.</param>
    /// <param name="padded">Whether the client is one that hides short pages; see <see cref="IsPaddedFor"/>.</param>
    /// <param name="headers">Headers behind the content type.</param>
    public static CoverAnswer Of(HttpStatusCode status, Http1Reason reason, bool padded, params KeyValuePair<string, string>[] headers)
    {
        var text = StatusText.Of(status);
        var (title, line) = reason switch
        {
            Http1Reason.HeaderTooLarge => ("400 Request Header Or Cookie Too Large", "<center>Request Header Or Cookie Too Large</center>\r\n"),
            Http1Reason.PlainOnTls =>
                ("400 The plain HTTP request was sent to HTTPS port", "<center>The plain HTTP request was sent to HTTPS port</center>\r\n"),
            _ => (text, ""),
        };
        var page = new StringBuilder()
            .Append("<html>\r\n<head><title>").Append(title).Append("</title></head>\r\n<body>\r\n<center><h1>").Append(text)
            .Append("</h1></center>\r\n").Append(line).Append("<hr><center>").Append(StatusText.Server)
            .Append("</center>\r\n</body>\r\n</html>\r\n");
        for (var i = 0; padded && (int)status >= 400 && i < 6; i++)
        {
            page.Append(Padding);
        }

        return new(status, [new("content-type", "text/html"), .. headers], Encoding.ASCII.GetBytes(page.ToString()));
    }

    /// <summary>Whether nginx pads pages for this browser (<c>msie_padding</c>): Internet Explorer and Chrome.</summary>
    public static bool IsPaddedFor(string? userAgent)
    {
        if (userAgent is null || userAgent.Contains("Opera", StringComparison.Ordinal))
        {
            return false;
        }

        return Explorer(userAgent) >= 0
            || (!userAgent.Contains("Gecko/", StringComparison.Ordinal) && userAgent.Contains("Chrome/", StringComparison.Ordinal));
    }

    /// <summary>Whether nginx closes the connection after a POST of this browser (<c>keepalive_disable msie6</c>).</summary>
    public static bool IsOldExplorer(string? userAgent)
    {
        if (userAgent is null || userAgent.Contains("Opera", StringComparison.Ordinal) || Explorer(userAgent) is var at && (at < 0 || userAgent[at + 6] != '.'))
        {
            return false;
        }

        return userAgent[at + 5] is '4' or '5' || (userAgent[at + 5] == '6' && userAgent.IndexOf("SV1", at + 8, StringComparison.Ordinal) < 0);
    }

    private static int Explorer(string userAgent) =>
        userAgent.IndexOf("MSIE ", StringComparison.Ordinal) is var at && at >= 0 && at + 7 < userAgent.Length ? at : -1;
}
