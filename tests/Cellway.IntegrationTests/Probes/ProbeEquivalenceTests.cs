using System.Text.RegularExpressions;

namespace Cellway.IntegrationTests.Probes;

/// <summary>Whoever does not prove a tunnel sees what Debian's nginx would have shown (wire.md 7), at every port of ours.</summary>
public sealed partial class ProbeEquivalenceTests(ProbeServers servers) : IClassFixture<ProbeServers>
{
    public static TheoryData<string> Names => [.. ProbeServers.Probes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Probe_OfAnEntry_SeesWhatNginxShows(string name) => CompareAsync(name, ProbeServers.Entry, mayDiffer: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Probe_OfAnEntryBehindNginx_SeesWhatNginxShows(string name)
    {
        var (model, ours) = await servers.TranscriptsAsync(name, ProbeServers.EntryBehindNginx);
        if (name.StartsWith("h2: gRPC to ", StringComparison.Ordinal))
        {
            // nginx reads the bodies of what it passes on: it credits them, and has no open request to reset.
            (model, ours) = (BodyFrames().Replace(model, ""), BodyFrames().Replace(ours, ""));
        }

        Assert.True(model == ours, $"{name}\n--- nginx\n{model}+++ entry behind nginx\n{ours}");
    }

    /// <summary>A tunnel's path is like any other, so that nobody finds one by trying.</summary>
    [Theory]
    [InlineData(ProbeServers.Entry)]
    [InlineData(ProbeServers.EntryBehindNginx)]
    [InlineData(ProbeServers.Core)]
    public async Task Probe_WithWrongId_SeesTheSameAtATunnelsPathAndAtAnother(string server)
    {
        var (_, other) = await servers.TranscriptsAsync("h2: gRPC to an unknown path, a tunnel's bytes", server);
        var (_, tunnel) = await servers.TranscriptsAsync("h2: gRPC to a tunnel's path, wrong id", server);

        Assert.Equal(BodyFrames().Replace(other, ""), BodyFrames().Replace(tunnel, ""));
    }

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

    [GeneratedRegex("(WINDOW_UPDATE|RST_STREAM) flags 0 stream 1 length 4 at once\n.*\n")]
    private static partial Regex BodyFrames();
}
