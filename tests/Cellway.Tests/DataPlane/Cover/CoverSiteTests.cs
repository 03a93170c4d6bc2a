using System.Text;
using Cellway.DataPlane.Cover;

namespace Cellway.Tests.DataPlane.Cover;

public sealed class CoverSiteTests
{
    private readonly CoverSite _site = CoverSite.Load(new());

    [Theory]
    [InlineData("GET", "/", 200, 615)]
    [InlineData("GET", "/index.html", 200, 615)]
    [InlineData("GET", "/?q=1", 200, 615)]
    [InlineData("GET", "//./index.html", 200, 615)]
    [InlineData("GET", "/%69ndex.html", 200, 615)]
    [InlineData("GET", "/x/../index.html", 200, 615)]
    [InlineData("HEAD", "/", 200, 615)]
    [InlineData("POST", "/", 405, 157)]
    [InlineData("OPTIONS", "/", 405, 157)]
    [InlineData("GET", "/none", 404, 153)]
    [InlineData("POST", "/none/Tun", 404, 153)]
    [InlineData("GET", "/../x", 400, 157)]
    [InlineData("GET", "/%2e%2e/x", 400, 157)]
    [InlineData("GET", "/%zz", 400, 157)]
    [InlineData("GET", "/%00", 400, 157)]
    [InlineData("GET", "*", 400, 157)]
    public void Answer_StatusAndLength_AreNginxs(string method, string target, int status, int length)
    {
        var answer = _site.Answer(new() { Method = method, Target = target });

        Assert.Equal((status, length), ((int)answer.Status, answer.Body.Length));
        Assert.Equal("text/html", answer.Headers[0].Value);
    }

    [Fact]
    public void Answer_Page_HasValidators()
    {
        var answer = _site.Answer(new() { Method = "GET", Target = "/" });

        Assert.Equal(["content-type", "last-modified", "etag", "accept-ranges"], answer.Headers.Select(h => h.Key));
        Assert.Equal("Wed, 19 Oct 2022 08:02:20 GMT", answer.Headers[1].Value);
        Assert.EndsWith("-267\"", answer.Headers[2].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_Unchanged_Is304()
    {
        var page = _site.Answer(new() { Method = "GET", Target = "/" });
        var (modified, tag) = (page.Headers[1].Value, page.Headers[2].Value);

        Assert.Equal(304, Status(new() { Method = "GET", Target = "/", IfNoneMatch = tag }));
        Assert.Equal(304, Status(new() { Method = "GET", Target = "/", IfNoneMatch = "\"x\", W/" + tag }));
        Assert.Equal(304, Status(new() { Method = "GET", Target = "/", IfModifiedSince = modified }));
        Assert.Equal(200, Status(new() { Method = "GET", Target = "/", IfNoneMatch = "\"x\"", IfModifiedSince = modified }));
        Assert.Equal(200, Status(new() { Method = "GET", Target = "/", IfModifiedSince = "Wed, 19 Oct 2022 08:02:21 GMT" }));
        Assert.Equal(412, Status(new() { Method = "GET", Target = "/", IfMatch = "\"x\"" }));
    }

    [Theory]
    [InlineData("bytes=0-9", 206, "bytes 0-9/615", 10)]
    [InlineData("bytes=600-", 206, "bytes 600-614/615", 15)]
    [InlineData("bytes=-5", 206, "bytes 610-614/615", 5)]
    [InlineData("bytes=600-9999", 206, "bytes 600-614/615", 15)]
    [InlineData("bytes=615-", 416, "bytes */615", null)]
    [InlineData("bytes=9-1", 416, "bytes */615", null)]
    [InlineData("lines=1-2", 200, null, 615)]
    public void Answer_Range(string range, int status, string? contentRange, int? length)
    {
        var answer = _site.Answer(new() { Method = "GET", Target = "/", Range = range });

        Assert.Equal((status, contentRange), ((int)answer.Status, answer.Headers.FirstOrDefault(h => h.Key == "content-range").Value));
        Assert.Equal(length ?? answer.Body.Length, answer.Body.Length);
    }

    [Fact]
    public void Answers_NeverNameThisSoftware()
    {
        foreach (var target in new[] { "/", "/none", "/../x" })
        {
            var answer = _site.Answer(new() { Method = "GET", Target = target });
            var text = Encoding.UTF8.GetString(answer.Body.Span) + string.Join('\n', answer.Headers);
            foreach (var name in new[] { "cellway", "kestrel", "grpc", "microsoft", "asp.net" })
            {
                Assert.DoesNotContain(name, text, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private int Status(CoverRequest request) => (int)_site.Answer(request).Status;
}
