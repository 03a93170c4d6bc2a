namespace Cellway.IntegrationTests.Probes;

/// <summary>Whoever does not prove a tunnel sees what Debian's nginx would have shown (wire.md 7), at every port of ours.</summary>
public sealed class ProbeEquivalenceTests(ProbeServers servers) : IClassFixture<ProbeServers>
{
    public static TheoryData<string> Names => [.. ProbeServers.Probes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Probe_OfAnEntry_SeesWhatNginxShows(string name) => CompareAsync(name, ProbeServers.Entry, mayDiffer: true);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Probe_OfACore_SeesWhatNginxShows(string name) => CompareAsync(name, ProbeServers.Core, mayDiffer: true);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Probe_OfACoreWithNginx_SeesWhatNginxShows(string name) => CompareAsync(name, ProbeServers.CoreWithNginx, mayDiffer: false);

    private async Task CompareAsync(string name, string server, bool mayDiffer)
    {
        var (model, ours) = await servers.TranscriptsAsync(name, server);

        if (mayDiffer && KnownDifferences.All.TryGetValue(name, out var why))
        {
            Assert.True(model != ours, $"{name} does not differ any more ({why}): strike it off the list.");
        }
        else if (model != ours)
        {
            Assert.Fail($"{name}\n--- nginx\n{model}+++ {server}\n{ours}");
        }
    }
}
