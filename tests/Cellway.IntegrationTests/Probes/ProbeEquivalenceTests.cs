namespace Cellway.IntegrationTests.Probes;

/// <summary>Whoever does not prove a tunnel sees what Debian's nginx would have shown (wire.md 7).</summary>
public sealed class ProbeEquivalenceTests(ProbeServers servers) : IClassFixture<ProbeServers>
{
    public static TheoryData<string> Names => [.. ProbeServers.Probes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Probe_OfOurServer_SeesWhatNginxShows(string name)
    {
        var (model, ours) = await servers.TranscriptsAsync(name);

        if (KnownDifferences.All.TryGetValue(name, out var why))
        {
            Assert.True(model != ours, $"{name} does not differ any more ({why}): strike it off the list.");
        }
        else if (model != ours)
        {
            Assert.Fail($"{name}\n--- nginx\n{model}+++ ours\n{ours}");
        }
    }
}
