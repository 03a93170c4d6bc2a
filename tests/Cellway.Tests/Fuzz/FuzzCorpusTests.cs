using Cellway.Fuzz;

namespace Cellway.Tests.Fuzz;

/// <summary>What the fuzzer once broke, and what it starts from, must pass for ever.</summary>
public sealed class FuzzCorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void SeedsAndKeptInputs_Hold(string name)
    {
        var target = FuzzTarget.All.Single(t => t.Name == name);
        Assert.NotEmpty(target.Seeds);
        foreach (var seed in target.Seeds)
        {
            target.Check(seed);
        }

        foreach (var (_, file, input) in FuzzCorpus.All().Where(c => c.Target == name))
        {
            Assert.True(Record.Exception(() => target.Check(input)) is null, file);
        }
    }

    [Fact]
    public void EveryKeptInput_HasATarget() =>
        Assert.All(FuzzCorpus.All(), c => Assert.Contains(FuzzTarget.All, t => t.Name == c.Target));
}
