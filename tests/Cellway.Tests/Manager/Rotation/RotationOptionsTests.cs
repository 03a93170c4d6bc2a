using Cellway.Manager.Rotation;

namespace Cellway.Tests.Manager.Rotation;

public sealed class RotationOptionsTests
{
    [Fact]
    public void Validate_Defaults_Nothing() => Assert.Empty(new RotationOptions().Validate());

    [Fact]
    public void Validate_ManyErrors_AllAtOnceByName()
    {
        var options = new RotationOptions
        {
            Ahead = TimeSpan.Zero,
            ClockSkew = TimeSpan.FromHours(2),
            PushWithin = TimeSpan.FromMilliseconds(1500),
            Entry = new() { Every = TimeSpan.Zero, Keep = TimeSpan.FromHours(-1), Offset = TimeSpan.FromHours(-1), Generations = 1000 },
            Exit = new() { Every = TimeSpan.FromSeconds(1.5), Keep = TimeSpan.Zero },
        };

        var errors = options.Validate();

        Assert.Equal(8, errors.Count);
        Assert.All(errors, e => Assert.StartsWith("Rotation: ", e, StringComparison.Ordinal));
        Assert.Equal(4, errors.Count(e => e.Contains("entry hop", StringComparison.Ordinal)));
        Assert.Contains(errors, e => e.Contains("exit hop's interval must be whole seconds, not 00:00:01.5", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_MoreNamesThanNodesShouldCompare_SaysSo()
    {
        var options = new RotationOptions { Exit = new() { Every = TimeSpan.FromMinutes(1), Keep = TimeSpan.FromHours(6) } };

        Assert.Equal(
            "Rotation: the exit hop would have 1815 names at a time and may have 256: change them less often, or keep them for less long.",
            Assert.Single(options.Validate()));
    }
}
