using Cellway.DataPlane.Relay;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Relay;

public sealed class TokenBucketTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Take_WithinTheBurst_DoesNotWait()
    {
        var bucket = new TokenBucket(1000, _time);

        Assert.True(bucket.TakeAsync(250, Token).AsTask().IsCompletedSuccessfully);
        Assert.False(bucket.TakeAsync(1, Token).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Take_MoreThanTheBucketHolds_WaitsForAllOfIt()
    {
        var bucket = new TokenBucket(1000, _time);
        var taking = bucket.TakeAsync(2250, Token).AsTask();

        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(taking.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        await taking.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public void LongSilence_DoesNotSaveUpMoreThanTheBurst()
    {
        var bucket = new TokenBucket(1000, _time);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(bucket.TakeAsync(300, Token).AsTask().IsCompleted);
    }

    [Fact]
    public void DeviceUse_WithoutLimits_NeverWaitsAndNeverRefuses()
    {
        var device = new DeviceUse(DeviceLimits.None, _time);

        Assert.True(device.PaceUpAsync(long.MaxValue, Token).AsTask().IsCompletedSuccessfully);
        Assert.True(device.PaceDownAsync(long.MaxValue, Token).AsTask().IsCompletedSuccessfully);
        Assert.True(device.TryOpen());
    }

    [Fact]
    public void DeviceUse_SessionsBeyondTheLimit_AreRefusedUntilOneCloses()
    {
        var device = new DeviceUse(new() { Sessions = 2 }, _time);

        Assert.Equal([true, true, false], [device.TryOpen(), device.TryOpen(), device.TryOpen()]);
        device.Close();
        Assert.True(device.TryOpen());
    }
}
