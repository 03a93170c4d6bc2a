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

    private readonly CountingTime _time = new();
    private readonly SlowRelay _relay;
    private readonly CoverSite _site = CoverSite.Load(new());
    private SubscriptionHandler? _made;

    public SubscriptionHandlerTests() => _relay = new(_time);

    private SubscriptionHandler Handler => _made ??= new(_relay, _time);

    public void Dispose() => _made?.Dispose();

    /// <summary>A wrong token is answered with the site's own bytes, and neither it nor any other missing page at another time.</summary>
    [Fact]
    public async Task Answer_WrongTokenAndOtherMissingPages_SameBytesAtTheSameTime()
    {
        _relay.IsMeasured = false; // by nothing but what is asked here
        _relay.Takes = TimeSpan.FromMilliseconds(12);
        _ = Handler;
        var wrong = await At15MillisecondsAsync($"/feed/{s_token}", isLookedUp: true);
        Assert.Equal(HttpStatusCode.NotFound, wrong.Status);
        foreach (var other in (string[])["/none", "/feed/short", $"/other/{s_token}", $"/feed/{s_token}/x/y", "/feed", "/feed/"])
        {
            var answer = await At15MillisecondsAsync(other, isLookedUp: false);
            Assert.Equal(wrong.Status, answer.Status);
            Assert.Equal(wrong.Headers, answer.Headers);
            Assert.Equal(wrong.Body.ToArray(), answer.Body.ToArray());
        }

        Assert.True(Ask("/").IsCompleted); // pages that exist wait for nothing
    }

    [Fact]
    public async Task Answer_BeforeAnyRequest_ALookupHasBeenMeasured()
    {
        _ = Handler;
        _time.Advance(TimeSpan.FromTicks(1)); // its timer is due at once
        var answer = Ask("/none");

        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(HttpStatusCode.NotFound, (await answer.WaitAsync(TestContext.Current.CancellationToken)).Status);
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
        var answer = Handler.AnswerAsync(
            new() { Method = "GET", Target = $"/feed/{s_token}{rest}", Host = "entry.test", From = IPAddress.Parse(from) }, s_snapshot, _site.Answer, default).AsTask();
        while (!answer.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        return await answer;
    }

    private Task<CoverAnswer> Ask(string target) => Handler.AnswerAsync(
        new() { Method = "GET", Target = target, Host = "entry.test", From = IPAddress.Loopback }, s_snapshot, _site.Answer, default).AsTask();

    /// <summary>Asks, and sees that the answer comes 15 ms later: neither before nor after.</summary>
    private async Task<CoverAnswer> At15MillisecondsAsync(string target, bool isLookedUp)
    {
        var timers = _time.Timers;
        var answer = Ask(target);
        var rest = TimeSpan.FromMilliseconds(14);
        if (isLookedUp)
        {
            await _time.UntilAsync(timers + 1); // management is being asked
            _time.Advance(_relay.Takes);
            rest -= _relay.Takes;
            timers++;
        }

        await _time.UntilAsync(timers + 1); // the page waits
        _time.Advance(rest);
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return await answer.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static EntrySnapshot Snapshot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest("CN=entry.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return new(new([new() { CellId = "c", EntryDomain = "entry.test", WebCertificate = [certificate], ServiceNames = [], SubscriptionPath = "feed" }]));
    }

    /// <summary>A clock that counts what waits for it, so that a test need not guess when somebody does.</summary>
    private sealed class CountingTime : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }

        public async Task UntilAsync(int timers)
        {
            while (Timers < timers)
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }
    }

    private sealed class SlowRelay(TimeProvider time) : ISubscriptionRelay
    {
        public TimeSpan Takes { get; set; }

        public bool IsMeasured { get; set; } = true;

        public SubscriptionResponse? Answer { get; set; }

        public SubscriptionFetch? Seen { get; private set; }

        public int Asked { get; private set; }

        public async ValueTask<SubscriptionResponse?> FetchAsync(SubscriptionFetch fetch, CancellationToken cancellationToken)
        {
            if (fetch.Host.Length > 0) // and not what the Entry asks for itself
            {
                (Seen, Asked) = (fetch, Asked + 1);
            }

            if (fetch.Host.Length == 0)
            {
                return IsMeasured ? null : SubscriptionResponse.Unavailable;
            }

            if (Takes > TimeSpan.Zero)
            {
                await Task.Delay(Takes, time, cancellationToken);
            }

            return Answer;
        }
    }
}
