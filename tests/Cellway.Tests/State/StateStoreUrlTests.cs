using Cellway.State;

namespace Cellway.Tests.State;

public sealed class StateStoreUrlTests
{
    [Theory]
    [InlineData("sqlite:/var/lib/cellway/state.db", "sqlite:/var/lib/cellway/state.db")]
    [InlineData("etcd:https://a.example:2379", "etcd:https://a.example:2379")]
    [InlineData("etcd:https://a.example:2379/", "etcd:https://a.example:2379")]
    [InlineData("etcd:https://a.example:2379,https://[::1]:2380/home/", "etcd:https://a.example:2379,https://[::1]:2380/home")]
    [InlineData("etcd:https://a.example:443/x", "etcd:https://a.example/x")]
    [InlineData("etcd:http://127.0.0.1:2379", "etcd:http://127.0.0.1:2379")]
    public void TryParse_Place_IsThatPlace(string text, string expected)
    {
        Assert.True(StateStoreUrl.TryParse(text, out var url, out _));
        Assert.Equal(expected, url.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sqlite:")]
    [InlineData("etcd:")]
    [InlineData("/var/lib/cellway/state.db")]
    [InlineData("postgres://a.example")]
    [InlineData("etcd:a.example:2379")]
    [InlineData("etcd:https://a.example")]
    [InlineData("etcd:https://a.example:2379,")]
    [InlineData("etcd:https://a.example:2379/one,https://b.example:2379/two")]
    [InlineData("etcd:https://user:secret@a.example:2379")]
    [InlineData("etcd:https://a.example:2379/x?y")]
    public void TryParse_AnythingElse_SaysHowToWriteIt(string text)
    {
        Assert.False(StateStoreUrl.TryParse(text, out _, out var why));
        Assert.Contains("write sqlite:PATH or etcd:https://HOST:PORT", why, StringComparison.Ordinal);
    }
}
