using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Devices;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class SubscriptionHandlerTests : IDisposable
{
    private static readonly EntrySnapshot s_snapshot = Snapshot();
    private static readonly string s_token = SubscriptionToken.New().Reveal();

    private readonly FakeTimeProvider _time = new();
    private readonly SlowRelay _relay;
    private readonly CoverSite _site = CoverSite.Load(new());
    private readonly SubscriptionHandler _handler;

    public SubscriptionHandlerTests()
    {
        _relay = new(_time);
        _handler = new(_relay, _time);
    }

    public void Dispose() => _handler.Dispose();

    /// <summary>A wrong token is answered with the site's own bytes, and neither it nor any other missing page at another time.</summary>
    [Fact]
    public async Task Answer_WrongTokenAndOtherMissingPages_SameBytesAtTheSameTime()
    {
        _relay.Takes = TimeSpan.FromMilliseconds(12);
        _ = await TimeOfAsync($"/feed/{s_token}"); // one lookup has been seen

        var (wrong, wrongAt) = await TimeOfAsync($"/feed/{s_token}");
        foreach (var other in (string[])["/none", "/feed/short", $"/other/{s_token}", $"/feed/{s_token}/x/y", "/feed", "/feed/"])
        {
            var (answer, at) = await TimeOfAsync(other);
            Assert.Equal((other, wrongAt), (other, at));
            Assert.Equal((wrong.Status, wrong.Headers, wrong.Body.ToArray()), (answer.Status, answer.Headers, answer.Body.ToArray()));
        }

        Assert.Equal(HttpStatusCode.NotFound, wrong.Status);
        Assert.Equal(TimeSpan.FromMilliseconds(15), wrongAt);
        Assert.Equal(TimeSpan.Zero, (await TimeOfAsync("/")).At); // pages that exist wait for nothing
    }

    [Fact]
    public async Task Answer_BeforeAnyRequest_ALookupHasBeenMeasured()
    {
        using var handler = new SubscriptionHandler(new SlowRelay(_time) { Takes = TimeSpan.Zero }, _time);
        _time.Advance(TimeSpan.Zero); // its timer

        var answer = handler.AnswerAsync(new() { Method = "GET", Target = "/none" }, s_snapshot, _site.Answer, default);

        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(HttpStatusCode.NotFound, (await answer).Status);
    }

    [Fact]
    public async Task Answer_OneAddressAsksTooOften_TheSiteWithoutAskingManagement()
    {
        _relay.Answer = new(200, [], "links"u8.ToArray());
        for (var i = 0; i < 120; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync("192.0.2.1")).Status);
        }

        var asked = _relay.Asked;
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("192.0.2.1")).Status);
        Assert.Equal(asked, _relay.Asked);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("198.51.100.7")).Status);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("192.0.2.1")).Status);
    }

    [Theory]
    [InlineData(SubscriptionCoding.None, null)]
    [InlineData(SubscriptionCoding.Gzip, "gzip")]
    [InlineData(SubscriptionCoding.Brotli, "br")]
    public async Task Answer_Coding_CompressedHere(SubscriptionCoding coding, string? name)
    {
        var body = new byte[5000];
        _relay.Answer = new(200, [new("Content-Type", "text/plain"), new("Content-Encoding", "evil"), new("etag", "\"x\"")], body, coding);

        var answer = await AskAsync("192.0.2.1");

        Assert.Equal((name, "text/plain", "\"x\""), (answer["content-encoding"], answer["content-type"], answer["etag"]));
        using var compressed = new MemoryStream(answer.Body.ToArray());
        await using Stream reader = name switch
        {
            "gzip" => new GZipStream(compressed, CompressionMode.Decompress),
            "br" => new BrotliStream(compressed, CompressionMode.Decompress),
            _ => compressed,
        };
        using var plain = new MemoryStream();
        await reader.CopyToAsync(plain, TestContext.Current.CancellationToken);
        Assert.Equal(body, plain.ToArray());
        Assert.True(name is null || answer.Body.Length < 200);
    }

    [Theory]
    [InlineData("/clash", "clash", "")]
    [InlineData("?format=xray", "", "format=xray")]
    [InlineData("/page?x", "page", "x")]
    public async Task Answer_PathAndQuery_AreRelayed(string rest, string suffix, string query)
    {
        _relay.Answer = new(200, [], ReadOnlyMemory<byte>.Empty);

        await AskAsync("192.0.2.1", rest);

        Assert.Equal((s_token, suffix, query), (_relay.Seen!.Token, _relay.Seen.Suffix, _relay.Seen.Query));
    }

    private async Task<CoverAnswer> AskAsync(string from, string rest = "")
    {
        var answer = _handler.AnswerAsync(
            new() { Method = "GET", Target = $"/feed/{s_token}{rest}", Host = "entry.test", From = IPAddress.Parse(from) }, s_snapshot, _site.Answer, default).AsTask();
        while (!answer.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        return await answer;
    }

    private async Task<(CoverAnswer Answer, TimeSpan At)> TimeOfAsync(string target)
    {
        var begun = _time.GetTimestamp();
        var answer = _handler.AnswerAsync(
            new() { Method = "GET", Target = target, Host = "entry.test", From = IPAddress.Loopback }, s_snapshot, _site.Answer, default).AsTask();
        for (var i = 0; !answer.IsCompleted; i++)
        {
            Assert.True(i < 1000);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken); // what the timer has woken runs elsewhere
        }

        return (await answer, _time.GetElapsedTime(begun));
    }

    private static EntrySnapshot Snapshot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest("CN=entry.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return new(new([new() { CellId = "c", EntryDomain = "entry.test", WebCertificate = [certificate], ServiceNames = [], SubscriptionPath = "feed" }]));
    }

    private sealed class SlowRelay(TimeProvider time) : ISubscriptionRelay
    {
        public TimeSpan Takes { get; set; }

        public SubscriptionResponse? Answer { get; set; }

        public SubscriptionFetch? Seen { get; private set; }

        public int Asked { get; private set; }

        public async ValueTask<SubscriptionResponse?> FetchAsync(SubscriptionFetch fetch, CancellationToken cancellationToken)
        {
            if (fetch.Host.Length > 0) // and not what the Entry asks for itself
            {
                (Seen, Asked) = (fetch, Asked + 1);
            }

            if (Takes > TimeSpan.Zero)
            {
                await Task.Delay(Takes, time, cancellationToken);
            }

            return fetch.Host.Length > 0 ? Answer : null;
        }
    }
}
