using Cellway.DataPlane.Tunnel.Entry;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class NameSilenceTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    private readonly FakeTimeProvider _time = new();
    private readonly NameSilence _silence;

    public NameSilenceTests() => _silence = new(_time);

    [Fact]
    public void OneCoresTrouble_IsItsOwn()
    {
        Assert.False(_silence.Silent("a"));

        Assert.False(_silence.IsAround("a"));
        Assert.True(_silence.IsAround("b"));
    }

    [Fact]
    public void SilentTwice_IsTold_UnlessItHasAnsweredBetween()
    {
        Assert.False(_silence.Silent("a"));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(_silence.Silent("a"));

        _silence.Answered("a");
        Assert.False(_silence.Silent("a"));
    }

    [Fact]
    public void AnotherAnswers_TheNameIsNotSilent()
    {
        _silence.Shaking();
        _silence.Silent("a");
        _time.Advance(s_limit);
        Assert.True(_silence.IsOnNewConnections(s_limit));
        Assert.True(_silence.IsAround("c"));

        _silence.Answered("b");

        Assert.False(_silence.IsOnNewConnections(s_limit));
        Assert.False(_silence.IsAround("c"));
        Assert.True(_silence.Silent("a")); // nothing of its own has changed
    }

    [Fact]
    public void Handshakes_UnansweredForLess_SayNothing()
    {
        Assert.False(_silence.IsOnNewConnections(TimeSpan.Zero));
        _silence.Shaking();
        _time.Advance(s_limit - TimeSpan.FromMilliseconds(1));
        _silence.Shaking();
        Assert.False(_silence.IsOnNewConnections(s_limit));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_silence.IsOnNewConnections(s_limit)); // since the first of them
    }

    [Fact]
    public void LongAgo_SaysNothing()
    {
        _silence.Shaking();
        _silence.Silent("a");
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.False(_silence.IsOnNewConnections(s_limit));
        Assert.False(_silence.IsAround("b"));
        Assert.False(_silence.Silent("a"));
    }
}
