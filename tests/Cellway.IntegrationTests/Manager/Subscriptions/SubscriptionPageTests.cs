using System.Net;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.Subscriptions.Page;
using Cellway.Model.Cells;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Cellway.IntegrationTests.Manager.Subscriptions;

/// <summary>The page in a real browser. Screenshots go to artifacts/screenshots, for a person to look at.</summary>
public sealed class SubscriptionPageTests : IAsyncLifetime
{
    private const string Url = "https://entry.north.example/k3v7qzq2m4hzt5ay/AAECAwQFBgcICQoLDA0ODxAREhM";

    private static readonly string? s_chromium = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private WebApplication _app = null!;
    private PageContent _content = Content(PageTexts.English);

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async c =>
        {
            c.Response.ContentType = "text/html; charset=utf-8";
            c.Response.Headers.ContentSecurityPolicy = PageCode.Policy;
            await c.Response.Body.WriteAsync(SubscriptionPage.Render(_content));
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Theory(Timeout = 120_000)]
    [InlineData("phone-small-ru", 320, 640, "ru", false, true)]
    [InlineData("phone-en", 360, 740, "en", false, true)]
    [InlineData("phone-ru-dark", 390, 844, "ru", true, true)]
    [InlineData("phone-en-without-script", 390, 844, "en", false, false)]
    [InlineData("desktop-en", 1280, 900, "en", false, true)]
    public async Task Page_InABrowser_FitsAndIsWhole(string name, int width, int height, string language, bool dark, bool script)
    {
        Assert.False(s_chromium is null && Environment.GetEnvironmentVariable("CI") == "true", "chromium is missing.");
        Assert.SkipWhen(s_chromium is null, "chromium is not installed.");
        _content = Content(language == "ru" ? PageTexts.Russian : PageTexts.English);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = s_chromium, Args = ["--no-sandbox"] });
        await using var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
            Permissions = script ? ["clipboard-read", "clipboard-write"] : [],
        });
        var page = await context.NewPageAsync();
        List<string> wrong = [];
        page.Console += (_, message) => wrong.Add(message.Text); // what the policy forbids is told there
        page.PageError += (_, error) => wrong.Add(error);
        List<string> asked = [];
        page.Request += (_, request) => asked.Add(request.Url);

        await page.GotoAsync(_app.Urls.First());

        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "screenshots")).FullName;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"subscription-{name}.png"), FullPage = true });
        Assert.Equal(_content.Access.Title, await page.Locator("h1").InnerTextAsync());
        Assert.Equal(Url, await page.Locator("#link").InputValueAsync());
        Assert.True(await page.Locator("svg.qr").IsVisibleAsync());
        Assert.True(await page.Locator("details[open] a").First.IsVisibleAsync());
        Assert.Equal(script, await page.Locator("#copy").IsVisibleAsync());
        await Assert.AllAsync(await page.Locator("a, button, svg, input, dd").AllAsync(), async element =>
        {
            var box = await element.BoundingBoxAsync();
            Assert.True(box is null || (box.X >= 0 && box.X + box.Width <= width + 0.5f));
        });
        await Assert.AllAsync(await page.Locator("dt, dd").AllAsync(), async text =>
            Assert.InRange((await text.BoundingBoxAsync())!.Height, 1, 3.5 * 24)); // three lines at most
        if (script)
        {
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
            await page.Locator("#copy").ClickAsync();
            await page.Locator("#copy", new() { HasText = _content.Texts.Copied }).WaitForAsync();
            Assert.Equal(Url, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        }

        Assert.Empty(wrong);
        Assert.All(asked, u => Assert.StartsWith(_app.Urls.First(), u, StringComparison.Ordinal));
    }

    private static PageContent Content(PageTexts texts) => new()
    {
        Access = new()
        {
            Title = "Северное сияние 🚀",
            Secrets = DeviceSecrets.Placeholders,
            Ways = [new("north", "entry.north.example", 443, "entry.north.example", "api", Transport.Grpc, "chrome")],
            WebPage = Url,
            Settings = new()
            {
                SupportUrl = "https://t.me/example_support",
                Announcement = "Плановые работы 1 декабря с 03:00 до 04:00 / Maintenance on 1 December, 03:00 to 04:00",
            },
        },
        Allowance = new(1_234_567_890, 61_000_000_000, 100_000_000_000, new(2026, 12, 31, 0, 0, 0, TimeSpan.Zero), 3),
        Device = "phone",
        Urls = [Url, "https://entry.south.example/bq5c3l2k4hzt5a2x/AAECAwQFBgcICQoLDA0ODxAREhM"],
        ChangedAt = new(2026, 11, 25, 20, 47, 0, TimeSpan.Zero),
        Platform = Platform.Android,
        Texts = texts,
    };
}
