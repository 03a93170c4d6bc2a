using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups;
using Cellway.Manager.Backups.Format;
using Cellway.Model.State;
using Cellway.Pki.Trust;
using Cellway.State.Memory;

namespace Cellway.IntegrationTests.Backups;

/// <summary>Every file that a restore refuses: it says what to do, and nothing is opened.</summary>
public sealed class RestoreRefusalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_TruncatedAnywhere_IsRefusedAndNothingIsOpened()
    {
        await using var network = await SampleNetwork.CreateAsync();
        var whole = await File.ReadAllBytesAsync(await network.BackUpAsync("a.backup"), Token);
        int[] last = whole[^11] == 0 ? [] : [whole.Length - 1]; // before the end's ten zeros, one of the content's would pass for one of them
        foreach (var length in Enumerable.Range(0, 40).Select(i => i * whole.Length / 40).Append(whole.Length - 11).Concat(last))
        {
            await File.WriteAllBytesAsync(network["cut.backup"], whole[..length], Token);
            await RequireRefusalAsync(network, network["cut.backup"], "");
        }
    }

    [Fact]
    public async Task Restore_TamperedAnywhere_IsRefusedAndNothingIsOpened()
    {
        await using var network = await SampleNetwork.CreateAsync();
        var whole = await File.ReadAllBytesAsync(await network.BackUpAsync("a.backup"), Token);
        var content = 400; // before it are names of algorithms and recipients, of which some bytes mean nothing
        foreach (var place in Enumerable.Range(0, 60).Select(i => content + (i * (whole.Length - 40 - content) / 60)))
        {
            var changed = whole.ToArray();
            changed[place] ^= 0x10;
            await File.WriteAllBytesAsync(network["changed.backup"], changed, Token);
            await RequireRefusalAsync(network, network["changed.backup"], "");
        }
    }

    [Fact]
    public async Task Restore_AnotherOperatorsKey_SaysWhoseItIsNot()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await using var other = await SampleNetwork.CreateAsync();
        await RequireRefusalAsync(other, await network.BackUpAsync("a.backup"), "encrypted to other operators");
    }

    [Fact]
    public async Task Restore_OfAnotherNetwork_IsRefused()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await using var other = await SampleNetwork.CreateAsync();
        await RequireRefusalAsync(network, await network.BackUpAsync("a.backup"), "and not of " + other.Trust.Network, other.Trust);
    }

    [Fact]
    public async Task Restore_ForgedForThisOperator_IsRefused()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await using var other = await SampleNetwork.CreateAsync();
        await NetworkBackup.CreateAsync(other.Store, null, other.Secret, network["forged.backup"], [network.Operator], true, network.Quiet, TimeProvider.System, Token);

        await RequireRefusalAsync(network, network["forged.backup"], "not signed by the network's root", new() { Roots = [network.Root] });
        await RequireRefusalAsync(network, network["forged.backup"], "not signed by the network's root", new() { RootHash = PublicKeys.KeyHash(network.Root) });
    }

    [Fact]
    public async Task Restore_KeyAlone_AsksForTheRootAndNamesTheOneInTheFile()
    {
        await using var network = await SampleNetwork.CreateAsync();
        var file = await network.BackUpAsync("a.backup");
        var root = PublicKeys.KeyHash(network.Root);
        await using var target = new MemoryStateStore(TimeProvider.System);

        await RequireRefusalAsync(network, file, $"--root {root}", new());
        await network.RestoreAsync(file, target, trust: new() { RootHash = root });

        Assert.NotNull(await target.GetAsync(network.Keys.Network, Token));
    }

    [Fact]
    public async Task Restore_RecordOfANewerForm_IsRefused()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await network.Store.CommitAsync(new StateTransaction().Put(network.Keys.Prefix + "future/1", "{\"schema\":99}"u8.ToArray()), Token);
        await RequireRefusalAsync(network, await network.BackUpAsync("a.backup"), "newer Cellway");
    }

    [Fact]
    public async Task Restore_FileOfANewerForm_IsRefused()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await using (var file = File.Create(network["newer.backup"]))
        await using (var envelope = BackupEnvelope.Seal(file, [network.Operator]))
        await using (var zipped = new GZipStream(envelope, CompressionLevel.Fastest, leaveOpen: true))
        {
            await zipped.WriteAsync("{\"kind\":\"cellway backup\",\"format\":2,\"network\":\"x\",\"revision\":1,\"at\":\"2031-01-01T00:00:00Z\",\"software\":\"9.0.0\",\"keys\":1}\n"u8.ToArray(), Token);
        }

        await RequireRefusalAsync(network, network["newer.backup"], "newer Cellway (9.0.0");
    }

    [Theory]
    [InlineData("{\"kind\":\"cellway backup\",\"network\":\"abc\",\"revision\":1,\"at\":\"2026-01-01T00:00:00Z\",\"software\":\"1\",\"keys\":0}", "")]
    [InlineData("{\"kind\":\"cellway backup\",\"network\":null,\"revision\":1,\"at\":\"2026-01-01T00:00:00Z\",\"software\":\"1\",\"keys\":0}", "")]
    [InlineData("{\"kind\":\"cellway backup\",\"network\":\"../x\",\"revision\":1,\"at\":\"2026-01-01T00:00:00Z\",\"software\":\"1\",\"keys\":0}", "")]
    [InlineData("{\"kind\":\"cellway backup\",\"network\":\"abc\",\"revision\":1,\"at\":\"2026-01-01T00:00:00Z\",\"software\":\"1\",\"keys\":0}", "{\"schema\":1,\"generation\":1,\"certificate\":\"AAAA\",\"sealedKey\":\"\",\"signs\":true,\"createdAt\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"kind\":\"cellway backup\",\"network\":\"abc\",\"revision\":1,\"at\":\"2026-01-01T00:00:00Z\",\"software\":\"1\",\"keys\":0}", "{}")]
    public async Task Restore_MadeUpBySomebodyWithTheCertificate_IsRefusedInOneLine(string header, string authority)
    {
        await using var network = await SampleNetwork.CreateAsync();
        using var tally = new BackupTally("/cellway/abc/");
        var record = "/cellway/abc/authorities/1\t" + authority;
        if (authority.Length > 0)
        {
            tally.Add("/cellway/abc/authorities/1", authority.Length, System.Text.Encoding.ASCII.GetBytes(record));
        }

        var manifest = JsonSerializer.Serialize(
            new()
            {
                Network = "abc", Name = "x", Revision = 1, At = default, Software = "1", Schema = 1, WithRoot = false, Folders = tally.End(),
                Header = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(header))),
            },
            BackupJson.Default.BackupManifest);
        await using (var file = File.Create(network["forged.backup"]))
        await using (var envelope = BackupEnvelope.Seal(file, [network.Operator]))
        await using (var zipped = new GZipStream(envelope, CompressionLevel.Fastest, leaveOpen: true))
        {
            await zipped.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{header}\n{(authority.Length > 0 ? record + "\n" : "")}{manifest}\n{{\"signatures\":[\"AAAA\"]}}\n"), Token);
        }

        await RequireRefusalAsync(network, network["forged.backup"], "", new());
    }

    [Fact]
    public async Task Restore_WithoutRoot_TakesItFromAnEarlierBackup()
    {
        await using var network = await SampleNetwork.CreateAsync();
        var full = await network.BackUpAsync("full.backup");
        var bare = await network.BackUpAsync("bare.backup", withRoot: false);
        await using var target = new MemoryStateStore(TimeProvider.System);

        await RequireRefusalAsync(network, bare, "--root-from");
        await network.RestoreAsync(bare, target, rootFrom: full);

        using var after = await NetworkAuthority.OpenAsync(target, network.Keys, network.Trust.Network!, new(network["new.key"], null), Token);
        Assert.Equal(PublicKeys.KeyHash(network.Root), after.Root.KeyHash);
    }

    private static async Task RequireRefusalAsync(SampleNetwork network, string file, string says, BackupTrust? trust = null)
    {
        var opened = false;
        var e = await Assert.ThrowsAsync<BackupException>(() => NetworkBackup.RestoreAsync(
            new() { File = file, Secret = new(network["refused.key"], null) },
            network.Key,
            trust ?? network.Trust,
            () =>
            {
                opened = true;
                throw new InvalidOperationException();
            },
            network.Quiet,
            TimeProvider.System,
            Token));
        Assert.False(opened);
        Assert.False(File.Exists(network["refused.key"]));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
