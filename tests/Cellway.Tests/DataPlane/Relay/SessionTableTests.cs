using Cellway.DataPlane.Relay;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Relay;

public sealed class SessionTableTests : IDisposable
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(300);
    private readonly FakeTimeProvider _time = new();
    private readonly SessionTable _table;

    public SessionTableTests() => _table = new(_time);

    [Fact]
    public void Session_SilentTooLong_IsCut()
    {
        using var silent = _table.Open("a", s_idle, null, CancellationToken.None);
        using var busy = _table.Open("b", s_idle, null, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(299));
        busy.MovedDown(1);
        Assert.False(silent.Stop.IsCancellationRequested);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((true, false), (silent.Stop.IsCancellationRequested, busy.Stop.IsCancellationRequested));
    }

    [Fact]
    public void Session_HalfClosed_HasTheShorterLimit()
    {
        using var session = _table.Open("a", s_idle, null, CancellationToken.None);
        session.LimitSilence(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(29));
        session.MovedDown(1); // the downlink is active, so it goes on
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(session.Stop.IsCancellationRequested);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(session.Stop.IsCancellationRequested);
    }

    [Fact]
    public void Counters_AreTotalsOfAllSessions()
    {
        var route = new ByteCounter();
        using (var session = _table.Open("a", s_idle, route, CancellationToken.None))
        {
            session.MovedUp(5);
            session.MovedDown(7);
            Assert.Equal(1, _table.Active);
        }

        Assert.Equal((0, 1L), (_table.Active, _table.Total));
        Assert.Equal((5L, 7L, 5L, 7L), (_table.Bytes.Up, _table.Bytes.Down, route.Up, route.Down));
    }

    public void Dispose() => _table.Dispose();
}
