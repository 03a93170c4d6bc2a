using System.Globalization;
using Cellway.Manager.Subscriptions.Access;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>What a browser shows of a subscription. Readable without a script, and without anything from elsewhere.</summary>
internal static class SubscriptionPage
{
    public static byte[] Render(PageContent page)
    {
        var html = new HtmlText();
        html.Element("html", [("lang", page.Texts.Language)], () =>
        {
            html.Element("head", () => WriteHead(html, page));
            html.Element("body", () =>
            {
                html.Element("main", () => WriteBody(html, page));
                html.OwnCode("script", PageCode.Script);
            });
        });
        return html.ToUtf8();
    }

    private static void WriteHead(HtmlText html, PageContent page)
    {
        html.Void("meta", ("charset", "utf-8"));
        html.Void("meta", ("name", "viewport"), ("content", "width=device-width,initial-scale=1"));
        html.Void("meta", ("name", "robots"), ("content", "noindex"));
        html.Element("title", page.Access.Title);
        html.OwnCode("style", PageCode.Style);
    }

    private static void WriteBody(HtmlText html, PageContent page)
    {
        var (texts, access) = (page.Texts, page.Access);
        html.Element("header", () =>
        {
            html.Element("h1", [("dir", "auto")], access.Title);
            html.Element("p", [("class", access.Notice == AccessNotice.None ? "state good" : "state bad")], access.Notice == AccessNotice.None ? texts.Ready : texts.Notices[access.Notice]);
        });
        html.Element("div", [("class", "columns")], () =>
        {
            html.Element("div", [("class", "stack")], () =>
            {
                if (access.Settings.Announcement is { Length: > 0 } announcement)
                {
                    html.Element("section", [("class", "card")], () => html.Element("p", [("class", "note"), ("dir", "auto")], announcement));
                }

                html.Element("section", [("class", "card")], () => WriteApps(html, page));
                html.Element("section", [("class", "card usage")], () => WriteUsage(html, page));
            });
            html.Element("div", [("class", "stack")], () =>
            {
                html.Element("section", [("class", "card")], () => WriteLink(html, page));
                html.Element("section", [("class", "card help")], () => WriteHelp(html, page));
            });
        });
    }

    private static void WriteApps(HtmlText html, PageContent page)
    {
        var texts = page.Texts;
        html.Element("h2", texts.AddToApp);
        html.Element("p", [("class", "dim")], texts.AddHint);
        HashSet<string> named = new(StringComparer.Ordinal); // an app is on several platforms, and an anchor is one place
        foreach (var platform in Enum.GetValues<Platform>().OrderBy(p => p != page.Platform))
        {
            html.Element("details", platform == page.Platform ? [("open", null)] : [], () =>
            {
                html.Element("summary", Platforms.NameOf(platform));
                html.Element("ul", [("class", "apps")], () =>
                {
                    foreach (var app in ImportLinks.All.Where(a => a.On.Contains(platform)))
                    {
                        var anchor = ImportLinks.AnchorOf(app);
                        html.Element("li", named.Add(anchor) ? [("id", anchor)] : [], () => html.Element("a", [("href", app.Make(page.Urls[0], page.Access.Title)), ("rel", "noreferrer")], app.App));
                    }
                });
            });
        }

        html.Element("p", [("class", "dim")], texts.NotListed);
    }

    private static void WriteLink(HtmlText html, PageContent page)
    {
        var texts = page.Texts;
        html.Element("h2", texts.Link);
        html.Element("div", [("class", "link")], () =>
        {
            html.Void("input", ("id", "link"), ("readonly", null), ("value", page.Urls[0]), ("aria-label", texts.Link));
            html.Element("button", [("id", "copy"), ("type", "button"), ("hidden", null), ("data-done", texts.Copied)], texts.Copy);
        });
        var (size, path) = QrPath.Of(page.Urls[0]);
        html.Element(
            "svg",
            [("class", "qr"), ("viewBox", $"0 0 {size} {size}"), ("role", "img"), ("aria-label", texts.QrLabel), ("shape-rendering", "crispEdges")],
            () => html.Element("path", [("d", path)], ""));
        html.Element("p", [("class", "dim")], texts.QrHint);
        html.Element("p", [("class", "dim")], texts.LinkHint);
    }

    private static void WriteUsage(HtmlText html, PageContent page)
    {
        var (texts, allowance) = (page.Texts, page.Allowance);
        var used = allowance.Up + allowance.Down;
        html.Element("h2", texts.Usage);
        if (allowance.Total is { } total)
        {
            html.Element("progress", [("value", Math.Min(used, total).ToString(CultureInfo.InvariantCulture)), ("max", Math.Max(total, 1).ToString(CultureInfo.InvariantCulture)), ("aria-label", texts.Used)], "");
            html.Element("p", "");
        }

        html.Element("dl", () =>
        {
            Row(texts.Device, page.Device);
            Row(texts.Used, ByteCount.Show(used, texts));
            Row(texts.Received, ByteCount.Show(allowance.Down, texts));
            Row(texts.Sent, ByteCount.Show(allowance.Up, texts));
            Row(texts.Limit, allowance.Total is { } limit ? ByteCount.Show(limit, texts) : texts.NoLimit);
            Row(texts.Expires, allowance.Expires is { } end ? Time(end, texts) : texts.Never);
            if (allowance.MaxApps is { } apps)
            {
                Row(texts.Apps, apps.ToString(CultureInfo.InvariantCulture));
            }

            Row(texts.Changed, Time(page.ChangedAt, texts));
        });

        void Row(string name, string value)
        {
            html.Element("dt", name);
            html.Element("dd", value);
        }
    }

    private static void WriteHelp(HtmlText html, PageContent page)
    {
        var texts = page.Texts;
        html.Element("h2", texts.Help);
        html.Element("p", texts.HelpSteps);
        if (page.Access.Settings.SupportUrl is { } support)
        {
            html.Element("ul", [("class", "apps")], () => html.Element("li", () => html.Element("a", [("href", support), ("rel", "noreferrer")], texts.HelpLink)));
        }
        else
        {
            html.Element("p", texts.HelpNone);
        }

        if (page.Urls.Count > 1)
        {
            html.Element("details", () =>
            {
                html.Element("summary", texts.Mirrors);
                html.Element("p", [("class", "dim")], texts.MirrorsHint);
                html.Element("ol", () =>
                {
                    foreach (var url in page.Urls.Skip(1))
                    {
                        html.Element("li", () => html.Element("code", url));
                    }
                });
            });
        }
    }

    private static string Time(DateTimeOffset time, PageTexts texts) => time.UtcDateTime.ToString(texts.DateFormat, CultureInfo.InvariantCulture);
}
