using Cellway.DataPlane.Tunnel.Entry;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class HandshakePacerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly HandshakePacer _pacer;

    public HandshakePacerTests() => _pacer = new(_time);

    [Fact]
    public void TryReserve_TwoInARow_TheSecondIsSpaced()
    {
        Assert.True(_pacer.TryReserve(out _, out _));
        Assert.False(_pacer.TryReserve(out _, out var wait));
        Assert.Equal(HandshakePacer.Spacing, wait);

        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.False(_pacer.TryReserve(out _, out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_pacer.TryReserve(out _, out _));
    }

    [Fact]
    public void TryReserve_AtAnyTime_NoWindowHasMoreThanThree()
    {
        List<DateTimeOffset> begun = [];
        for (var i = 0; i < 3000; i++)
        {
            if (_pacer.TryReserve(out _, out var wait))
            {
                begun.Add(_time.GetUtcNow());
            }
            else
            {
                Assert.True(wait > TimeSpan.Zero && wait <= HandshakePacer.Window);
            }

            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(15, begun.Count); // 300 s
        Assert.All(begun.Zip(begun.Skip(1)), pair => Assert.True(pair.Second - pair.First >= HandshakePacer.Spacing));
        Assert.All(begun.Zip(begun.Skip(HandshakePacer.MaxInWindow)), pair => Assert.True(pair.Second - pair.First >= HandshakePacer.Window));
    }

    [Fact]
    public void Cancel_HandshakeThatDidNotBegin_DoesNotCount()
    {
        Assert.True(_pacer.TryReserve(out var ticket, out _));
        _pacer.Cancel(ticket);
        Assert.True(_pacer.TryReserve(out _, out _));
    }
}
