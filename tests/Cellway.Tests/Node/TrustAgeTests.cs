using Cellway.Model.Contracts;
using Cellway.Node.Hosting;
using Cellway.Node.PhoneHome;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Node;

/// <summary>A node that has not heard from management says so once a day, and goes on.</summary>
public sealed class TrustAgeTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Lines _lines = new();

    [Fact]
    public void Silence_OverADay_IsSaidOncePerDayUntilManagementIsHeard()
    {
        var contact = new ManagementContact(_time.GetUtcNow(), _ => { }, _time);
        using var age = New(contact);

        Assert.Equal((false, 0), (LookAfter(age, TimeSpan.FromHours(23)), _lines.Count(2111)));
        Assert.Null(age.Remark);
        Assert.Equal((true, 1), (LookAfter(age, TimeSpan.FromHours(1)), _lines.Count(2111)));
        Assert.Contains("2026-01-01 00:00:00Z", age.Remark, StringComparison.Ordinal); // when it was heard
        Assert.Equal((true, 1), (LookAfter(age, TimeSpan.FromHours(23)), _lines.Count(2111)));
        Assert.Equal((true, 2), (LookAfter(age, TimeSpan.FromHours(1)), _lines.Count(2111)));

        contact.Heard();
        Assert.Equal((false, 1), (LookAfter(age, TimeSpan.Zero), _lines.Count(2112)));
        Assert.Null(age.Remark);
    }

    [Fact]
    public void Start_AfterManagementWasLastHeardTwoDaysAgo_IsSaidAtOnce()
    {
        using var age = New(new(_time.GetUtcNow().AddDays(-2), _ => { }, _time));

        Assert.Equal((true, 1), (LookAfter(age, TimeSpan.Zero), _lines.Count(2111)));
    }

    [Fact]
    public void Heard_AgainAndAgain_IsSavedEveryTenMinutes()
    {
        List<DateTimeOffset> saved = [];
        var contact = new ManagementContact(_time.GetUtcNow(), saved.Add, _time);
        for (var i = 0; i < 61; i++)
        {
            contact.Heard();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(7, saved.Count);
    }

    private TrustAge New(ManagementContact contact) => new(
        contact, new NodeOptions { Role = NodeRole.Core, StateDirectory = "/state" }, _time, _lines);

    private bool LookAfter(TrustAge age, TimeSpan time)
    {
        _time.Advance(time);
        Assert.InRange(age.Look(), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        return age.IsOld;
    }

    private sealed class Lines : ILogger<TrustAge>
    {
        private readonly Lock _lock = new();
        private readonly List<int> _ids = [];

        public int Count(int id)
        {
            lock (_lock)
            {
                return _ids.Count(i => i == id);
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lock)
            {
                _ids.Add(eventId.Id);
            }
        }
    }
}
