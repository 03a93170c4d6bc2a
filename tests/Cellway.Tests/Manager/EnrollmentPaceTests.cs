using System.Net;
using Cellway.Manager.Enrollment;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

/// <summary>Whoever is refused again and again may not ask for a while; nobody else notices.</summary>
public sealed class EnrollmentPaceTests
{
    private static readonly byte[] s_token = [1, 2, 3];
    private static readonly byte[] s_other = [4, 5, 6];

    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly EnrollmentPace _pace;

    public EnrollmentPaceTests() => _pace = new(new() { RefusalsPerAddress = 5, RefusalsPerToken = 3 }, _time);

    [Fact]
    public void Token_GuessedAt_FromManyAddresses_IsClosedForAMinute()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.True(_pace.Allows(IPAddress.Parse($"192.0.2.{i}"), s_token));
            _pace.Refused(IPAddress.Parse($"192.0.2.{i}"), s_token);
        }

        Assert.False(_pace.Allows(IPAddress.Parse("192.0.2.99"), s_token));
        Assert.True(_pace.Allows(IPAddress.Parse("192.0.2.99"), s_other));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_pace.Allows(IPAddress.Parse("192.0.2.99"), s_token));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "192.0.2.2")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", "::ffff:192.0.2.2")]
    [InlineData("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1")]
    public void Address_ThatIsRefusedWithManyTokens_IsClosed_ItsNeighbourIsNot(string guesser, string same, string neighbour)
    {
        for (var i = 0; i < 5; i++)
        {
            _pace.Refused(IPAddress.Parse(guesser), [(byte)i, 7]);
        }

        Assert.False(_pace.Allows(IPAddress.Parse(same), s_token));
        Assert.True(_pace.Allows(IPAddress.Parse(neighbour), s_token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Token_OfAnyLength_IsCounted(int length)
    {
        _pace.Refused(null, new byte[length]);

        Assert.True(_pace.Allows(null, new byte[length]));
    }
}
