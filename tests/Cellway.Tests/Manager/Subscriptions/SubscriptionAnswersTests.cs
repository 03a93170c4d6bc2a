using System.Text;
using System.Text.Json.Nodes;
using Cellway.Manager.Subscriptions;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.Subscriptions.Rendering;
using Cellway.Model.Cells;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.State;
using YamlDotNet.RepresentationModel;

namespace Cellway.Tests.Manager.Subscriptions;

public sealed class SubscriptionAnswersTests
{
    private static readonly string s_id = VlessId.Of(SubscriptionFixture.Token).Reveal();

    public static TheoryData<string> Formats => ["links", "plain", "xray", "sing-box", "sing-box-legacy", "clash"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Answer_KeptDocument_IsWhatTheSerializerWritesForTheDevice(string format)
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        foreach (var userAgent in (string[])["Happ/3.4.1", "curl"])
        {
            var chosen = Cellway.Manager.Subscriptions.Choice.FormatChoice.Of(new() { Suffix = format, UserAgent = userAgent }, false)!.Value;
            var access = DeviceAccess.Of(
                subscriptions.Feed.Current, "north", new Templates().VariantOf(subscriptions.Feed.Current, Row(subscriptions), Samples.Now), AccessNotice.None,
                DeviceSecrets.Of(SubscriptionFixture.Token, default), Samples.Now);

            var body = (await subscriptions.AskAsync(userAgent, r => r.Suffix = format))!.Body.ToStringUtf8();

            var expected = Encoding.UTF8.GetString(TemplateMaker.Render(access, chosen));
            Assert.Equal(expected, format == "links" ? Encoding.UTF8.GetString(Convert.FromBase64String(body)) : body);
            Assert.Contains(s_id, expected, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answer_StrangersAndOutcasts_Nothing()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        Assert.NotNull(await subscriptions.AskAsync());
        Assert.Null(await subscriptions.AskAsync(change: r => r.Token = SubscriptionToken.New().Reveal()));
        Assert.Null(await subscriptions.AskAsync(change: r => r.Token = "short"));
        Assert.Null(await subscriptions.AskAsync(change: r => r.Method = "POST"));
        Assert.Null(await subscriptions.AskAsync(change: r => r.Suffix = "nonsense"));
        subscriptions.Allowance = new(0, 0, null, Samples.Now.AddDays(-30), null);
        Assert.Null(await subscriptions.AskAsync());

        await using var disabled = await SubscriptionFixture.StartAsync(Samples.User(), Samples.Cell(), SubscriptionFixture.Device with { Disabled = true });
        Assert.Null(await disabled.AskAsync());
        await using var refused = await SubscriptionFixture.StartAsync(Samples.User(disabled: true), Samples.Cell(), SubscriptionFixture.Device);
        Assert.Null(await refused.AskAsync());
    }

    [Fact]
    public async Task Answer_SameAgain_304UntilSomethingChanges()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        var first = (await subscriptions.AskAsync("v2rayNG/2.3.5"))!;
        var tag = HeaderOf(first, "etag")!;
        Assert.Matches("^\"[A-Za-z0-9_-]{16}\"$", tag);

        subscriptions.Allowance = new(5, 5, null, null, null);
        var again = (await subscriptions.AskAsync("v2rayNG/2.3.5", r => r.IfNoneMatch = $"\"x\", W/{tag}"))!;
        Assert.Equal((304u, 0, "upload=5; download=5; total=0; expire=0"), (again.Status, again.Body.Length, HeaderOf(again, "subscription-userinfo")));

        // What the body holds counts, and for Happ that is what it has used.
        var happ = HeaderOf((await subscriptions.AskAsync("Happ/3"))!, "etag");
        subscriptions.Allowance = new(6, 5, null, null, null);
        Assert.NotEqual(happ, HeaderOf((await subscriptions.AskAsync("Happ/3"))!, "etag"));
        Assert.Equal(200u, (await subscriptions.AskAsync("v2rayNG/2.3.5", r => (r.IfNoneMatch, r.AcceptEncoding) = (tag, "gzip")))!.Status);

        var cell = Samples.Entry(Samples.Cell("south") with { EntryBlockedSince = Samples.Now });
        var written = await subscriptions.Store.CommitAsync(new StateTransaction().Put(cell.Key, cell.Value), TestContext.Current.CancellationToken);
        await subscriptions.Feed.WaitForAsync(written.Revision, TestContext.Current.CancellationToken);
        Assert.Equal(200u, (await subscriptions.AskAsync("v2rayNG/2.3.5", r => r.IfNoneMatch = tag))!.Status);
    }

    [Fact]
    public async Task Answer_NameEndsItsTime_NewNameWithoutAnyChange()
    {
        var names = Samples.Rotation(
            "north",
            new Cellway.Model.Cells.ServiceName { Name = "api.v2.rpc.first", NotBefore = Samples.Now, AnnouncedAt = Samples.Now, NotAfter = Samples.Now.AddHours(2) },
            new Cellway.Model.Cells.ServiceName { Name = "api.v2.rpc.second", NotBefore = Samples.Now, AnnouncedAt = Samples.Now.AddHours(1) });
        await using var subscriptions = await SubscriptionFixture.StartAsync(Samples.User(), SubscriptionFixture.Device, Samples.Cell(), names);

        Assert.Contains("api.v2.rpc.first", await PlainAsync(subscriptions), StringComparison.Ordinal);
        subscriptions.Time.Advance(TimeSpan.FromHours(1));
        Assert.Contains("api.v2.rpc.second", await PlainAsync(subscriptions), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip, deflate", ContentCoding.Gzip)]
    [InlineData("gzip, br", ContentCoding.Brotli)]
    [InlineData("br;q=0, gzip;q=0.5", ContentCoding.Gzip)]
    [InlineData("BR;q=1", ContentCoding.Brotli)]
    [InlineData("identity", ContentCoding.Identity)]
    [InlineData("", ContentCoding.Identity)]
    public async Task Answer_AcceptEncoding_TellsTheEntryHow(string accepted, ContentCoding expected)
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);

        Assert.Equal(expected, (await subscriptions.AskAsync("clash-verge/v2", r => r.AcceptEncoding = accepted))!.Coding);
    }

    [Theory]
    [InlineData(0, 100L, 100L, AccessNotice.TrafficUsedUp)]
    [InlineData(-1, 0L, null, AccessNotice.Expired)]
    [InlineData(1, 99L, 100L, AccessNotice.None)]
    internal async Task Answer_LimitHit_ReadableEntryAndNothingThatConnects(int expiresInDays, long used, long? total, AccessNotice notice)
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        subscriptions.Allowance = new(0, used, total, expiresInDays == 0 ? null : Samples.Now.AddDays(expiresInDays), null);
        foreach (var format in Formats)
        {
            var body = (await subscriptions.AskAsync("", r => r.Suffix = (string)format))!.Body.ToStringUtf8();
            body = (string)format == "links" ? Encoding.UTF8.GetString(Convert.FromBase64String(body)) : body;
            body = Uri.UnescapeDataString(body);
            Assert.Equal(notice == AccessNotice.None, body.Contains(s_id, StringComparison.Ordinal));
            Assert.Equal(notice == AccessNotice.None, body.Contains("192.0.2.1", StringComparison.Ordinal));
            Assert.True(notice == AccessNotice.None || body.Contains(notice.Describe(), StringComparison.Ordinal), body);
        }
    }

    [Fact]
    public async Task Answer_HomeRetired_SaysThereIsNoPath()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(
            Samples.User(), SubscriptionFixture.Device, Samples.Cell(state: CellState.Retired), Samples.Cell("south"));

        var text = Uri.UnescapeDataString(await PlainAsync(subscriptions));

        Assert.Contains(AccessNotice.NoPath.Describe(), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_AppsLimited_TheFirstOnesStayAndTheNextIsTold()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        subscriptions.Allowance = new(0, 0, null, null, MaxApps: 2);

        foreach (var hwid in (string[])["one", "two", "one", "two", ""])
        {
            Assert.Contains(s_id, await PlainAsync(subscriptions, hwid), StringComparison.Ordinal);
        }

        var third = (await subscriptions.AskAsync("", r => (r.Suffix, r.Hwid) = ("plain", "three")))!;
        Assert.DoesNotContain(s_id, third.Body.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal(("true", "true"), (HeaderOf(third, "x-hwid-max-devices-reached"), HeaderOf(third, "x-hwid-limit")));
        Assert.Equal("true", HeaderOf((await subscriptions.AskAsync())!, "x-hwid-not-supported"));
        var stored = await subscriptions.Store.GetAsync(Samples.Keys.DeviceApps("d1"), TestContext.Current.CancellationToken);
        Assert.Equal(2, StateJson.Read<DeviceAppsRecord>(stored!).Apps.Count);
        Assert.DoesNotContain("one", Encoding.UTF8.GetString(stored!.Value.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_AppsUnlimited_NothingIsKept()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);

        var reply = (await subscriptions.AskAsync("Happ/3", r => r.Hwid = "one"))!;

        Assert.Null(HeaderOf(reply, "x-hwid-active"));
        Assert.Null(await subscriptions.Store.GetAsync(Samples.Keys.DeviceApps("d1"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Answer_AskedTooOften_429UntilTimeHasPassed()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        var statuses = new List<uint>();
        for (var i = 0; i < 61; i++)
        {
            statuses.Add((await subscriptions.AskAsync())!.Status);
        }

        Assert.Equal([.. Enumerable.Repeat(200u, 60), 429u], statuses);
        Assert.Equal(TokenPace.RetryAfterSeconds, HeaderOf((await subscriptions.AskAsync())!, "retry-after"));
        subscriptions.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200u, (await subscriptions.AskAsync())!.Status);
    }

    /// <summary>Whatever an operator calls a network, every format still says just that.</summary>
    [Theory]
    [InlineData("emoji 🚀👩‍💻")]
    [InlineData("quotes \" ' ` \\ and %20 + & = # ? ; : , { } [ ]")]
    [InlineData("lines\r\nof\ttext")]
    [InlineData("שלום مرحبا \u202Eright to left\u202C")]
    [InlineData("null")]
    [InlineData("- yaml: true")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData(" blanks ")]
    public async Task Answer_Names_SurviveEveryFormat(string name)
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(
            Samples.Network with { Name = name }, Samples.User(), SubscriptionFixture.Device, Samples.Cell());
        var way = $"{name} north";

        var plain = (await PlainAsync(subscriptions)).Split('\n');
        Assert.Equal(2, plain.Length);
        Assert.Equal(way, Uri.UnescapeDataString(plain[0][(plain[0].IndexOf('#', StringComparison.Ordinal) + 1)..]));
        Assert.Equal([name, way, $"{way} WS"], JsonNode.Parse(await BodyAsync("xray"))!.AsArray().Select(c => (string?)c!["remarks"]));
        Assert.Contains(way, JsonNode.Parse(await BodyAsync("sing-box"))!["outbounds"]!.AsArray().Select(o => (string?)o!["tag"]));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(await BodyAsync("clash")));
        Assert.Equal(way, yaml.Documents[0].RootNode["proxies"][0]["name"].ToString());
        var reply = (await subscriptions.AskAsync("Happ/3"))!;
        Assert.All(reply.Headers, h => Assert.DoesNotContain(h.Value, c => c is < ' ' or > '~'));
        Assert.Equal(name, Decoded(HeaderOf(reply, "profile-title")!));
        Assert.EndsWith($"filename*=UTF-8''{Uri.EscapeDataString(name)}", HeaderOf(reply, "content-disposition"), StringComparison.Ordinal);
        Assert.Equal(2, HeaderOf(reply, "content-disposition")!.Count(c => c == '"'));
        Assert.DoesNotContain("<script>alert", (await subscriptions.AskAsync("", r => r.Accept = "text/html"))!.Body.ToStringUtf8(), StringComparison.Ordinal);

        async Task<string> BodyAsync(string format) => (await subscriptions.AskAsync("", r => r.Suffix = format))!.Body.ToStringUtf8();
        static string Decoded(string value) =>
            value.StartsWith("base64:", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromBase64String(value[7..])) : value;
    }

    [Fact]
    public async Task Answer_Browser_PageWithoutTheAppsHeaders()
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);

        var russian = (await subscriptions.AskAsync("Mozilla/5.0 (Linux; Android 15)", r => (r.Accept, r.AcceptLanguage) = ("text/html,*/*;q=0.8", "de, ru;q=0.9, en;q=0.8")))!;
        var english = (await subscriptions.AskAsync("Mozilla/5.0 (iPhone)", r => r.Accept = "text/html"))!;

        Assert.Contains("Добавить в приложение", russian.Body.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Contains("<details open><summary>Android", russian.Body.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Contains("Add to an app", english.Body.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Contains("<details open><summary>iPhone", english.Body.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal(
            ["content-type", "cache-control", "content-security-policy", "referrer-policy", "x-content-type-options", "x-robots-tag", "vary"],
            english.Headers.Select(h => h.Name));
        Assert.DoesNotContain("unsafe", HeaderOf(english, "content-security-policy"), StringComparison.Ordinal);
    }

    private static string? HeaderOf(SubscriptionReply reply, string name) => reply.Headers.FirstOrDefault(h => h.Name == name)?.Value;

    private static Cellway.Manager.View.DeviceRow Row(SubscriptionFixture fixture) => fixture.Feed.Current.Accounts.FindDevice("d1")!.Value;

    private static async Task<string> PlainAsync(SubscriptionFixture subscriptions, string hwid = "") =>
        (await subscriptions.AskAsync("", r => (r.Suffix, r.Hwid) = ("plain", hwid)))!.Body.ToStringUtf8();
}
