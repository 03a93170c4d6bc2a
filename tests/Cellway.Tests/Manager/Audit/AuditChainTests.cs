using System.Text;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Model.Audit;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Tests.Manager.Audit;

/// <summary>Whatever is done to the log afterwards is seen; whatever happens while it is linked is not lost.</summary>
public sealed class AuditChainTests : IAsyncLifetime
{
    private readonly RootAuthority _root = RootAuthority.Create(TimeProvider.System);
    private PlannedNetwork _network = null!;
    private AuditPlanner _planner = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _network = await PlannedNetwork.StartAsync();
        _planner = Planner(_network.Store);
    }

    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        _root.Dispose();
    }

    [Fact]
    public async Task Log_LinkedAndExported_VerifiesAndKeepsTheOrderOfTheState()
    {
        await ActAsync(Enumerable.Range(0, 100));
        await LinkAsync();
        await ActAsync(Enumerable.Range(100, 7));
        await LinkAsync();

        var lines = await LinesAsync();

        Assert.Equal(108, lines.Count);
        Assert.Null(Verify(lines));
        var links = lines.Take(107).Select((l, i) => StateJson.Read<AuditRecord>(new($"{i}", l, 0, 0, 0))).ToList();
        Assert.Equal(Enumerable.Range(0, 107).Select(i => $"act {i}"), links.Select(l => l.Act.What));
        Assert.Equal(links.Select(l => l.Revision).Order(), links.Select(l => l.Revision));
        Assert.Equal(0, await _network.CountAsync(Samples.Keys.Prefix + StateKeys.Folders.AuditPending));
    }

    [Fact]
    public async Task Link_MoreThanATransactionHolds_LinksAllThatIsThereAfterOneLook()
    {
        await ActAsync(Enumerable.Range(0, 100));

        await _planner.LinkAsync(await _network.ElectAsync(), Token);

        Assert.Equal(0, await _network.CountAsync(Samples.Keys.Prefix + StateKeys.Folders.AuditPending));
        Assert.Null(Verify(await LinesAsync()));
    }

    [Fact]
    public async Task Verify_EveryTampering_IsSeen()
    {
        await ActAsync(Enumerable.Range(0, 12));
        await LinkAsync();
        var lines = await LinesAsync();
        for (var i = 0; i < lines.Count; i++)
        {
            Assert.NotNull(Verify([.. lines.Where((_, n) => n != i)])); // left out, cut off at either end, or no signature
            for (var bit = 0; i < lines.Count - 1 && bit < lines[i].Length * 8; bit += 37)
            {
                var changed = lines.Select(l => l.ToArray()).ToList();
                changed[i][bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True(Verify(changed) is not null, $"line {i}, bit {bit}: {Encoding.UTF8.GetString(changed[i])}");
            }
        }

        // Who cuts links off can write an end to match, and cannot sign it.
        var head = StateJson.Read<AuditHeadRecord>(new("head", lines[^1], 0, 0, 0));
        var shorter = head with { Sequence = head.Sequence - 1, Hash = AuditChain.HashOf(lines[^3]) };
        Assert.NotNull(Verify([.. lines[..^2], StateJson.Write(shorter)]));
        Assert.NotNull(Verify([.. lines[..^1], StateJson.Write(head with { Signature = [.. head.Signature[..^1], (byte)(head.Signature[^1] ^ 1)] })]));
        Assert.NotNull(Verify([lines[0], .. lines]));
        Assert.NotNull(Verify([lines[1], lines[0], .. lines.Skip(2)]));
        Assert.NotNull(Verify([.. lines, lines[^2]]));
    }

    [Fact]
    public async Task Verify_OlderLogWithItsOwnSignature_IsSeenByWhoeverVerifiedTheNewerOne()
    {
        await ActAsync([1, 2, 3]);
        await LinkAsync();
        var older = await LinesAsync();
        await ActAsync([4]);
        await LinkAsync();
        var newest = new AuditVerifier(Samples.Network.Id, [_root.Certificate], null);
        foreach (var line in await LinesAsync())
        {
            newest.Read(line);
        }

        Assert.Null(Verify(older));
        Assert.NotNull(Verify(older, newest.Newest));
        Assert.Null(Verify(await LinesAsync(), newest.Newest));
        Assert.NotNull(Verify([], newest.Newest));
    }

    [Fact]
    public async Task Verify_SignedByAnotherRoot_IsSeen()
    {
        await ActAsync([1]);
        await LinkAsync();
        using var other = RootAuthority.Create(TimeProvider.System);
        var verifier = new AuditVerifier(Samples.Network.Id, [other.Certificate], null);
        foreach (var line in await LinesAsync())
        {
            verifier.Read(line);
        }

        Assert.False(verifier.Finish());
    }

    [Fact]
    public async Task Link_AnswersLost_LinksEachActOnce()
    {
        var (answers, tried) = (0, 0);
        var lossy = new LossyStore(_network.Store, loses: () => ++answers % 2 == 1, fails: () => ++tried % 3 == 2);
        await ActAsync(Enumerable.Range(0, 90));
        for (var tries = 0; tries < 50 && await _network.CountAsync(Samples.Keys.Prefix + StateKeys.Folders.AuditPending) > 0; tries++)
        {
            try
            {
                await Planner(lossy).LinkAsync(await _network.ElectAsync(lossy), Token);
            }
            catch (StateUnavailableException)
            {
                // The next leader goes on.
            }
        }

        var lines = await LinesAsync();
        Assert.Null(Verify(lines));
        Assert.Equal(91, lines.Count);
    }

    [Fact]
    public async Task Link_DeposedLeader_WritesNothing()
    {
        await ActAsync([1]);
        var deposed = await _network.ElectAsync();
        await _network.ElectAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => _planner.LinkAsync(deposed, Token));

        Assert.Empty(await LinesAsync());
    }

    [Fact]
    public async Task Link_HeadTakenBack_IsRefusedInWords()
    {
        await ActAsync([1, 2]);
        await LinkAsync();
        await _network.DeleteAsync(Samples.Keys.AuditHead);
        await ActAsync([3]);

        var refused = await Assert.ThrowsAsync<InvalidDataException>(LinkAsync);

        Assert.Contains("audit", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_ActThatCannotBeRead_IsLinkedAsSuch()
    {
        await _network.CommitAsync(new StateTransaction().Put(Samples.Keys.AuditPending("broken"), "no act"u8.ToArray()));
        await LinkAsync();

        var lines = await LinesAsync();

        Assert.Null(Verify(lines));
        Assert.Equal("unreadable", StateJson.Read<AuditRecord>(new("0", lines[0], 0, 0, 0)).Act.Outcome);
    }

    private AuditPlanner Planner(IStateStore store) => new(store, Samples.Keys, new Signer(_root), _network.Time, new(NullLogger<AuditLog>.Instance));

    private async Task ActAsync(IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            await _network.CommitAsync(new StateTransaction().Note(Samples.Keys, new() { At = _network.Time.GetUtcNow(), Who = "operator/o", What = $"act {number}" }));
        }
    }

    private async Task LinkAsync()
    {
        while (await _planner.LinkAsync(await _network.ElectAsync(), Token))
        {
        }
    }

    private async Task<List<byte[]>> LinesAsync()
    {
        List<byte[]> lines = [];
        await foreach (var line in new AuditReads(_network.Store, Samples.Keys).LinesAsync(Token))
        {
            lines.Add(line.ToArray());
        }

        return lines;
    }

    private string? Verify(List<byte[]> lines, AuditMark? known = null)
    {
        var verifier = new AuditVerifier(Samples.Network.Id, [_root.Certificate], known);
        foreach (var line in lines)
        {
            verifier.Read(line);
        }

        verifier.Finish();
        return verifier.Fault;
    }

    private sealed class Signer(RootAuthority root) : IRootSigner
    {
        public string Network => Samples.Network.Id;

        public (byte[] Signature, int Generation) Sign(string purpose, ReadOnlySpan<byte> content) => (root.Sign(purpose, content), 1);

        public IReadOnlyList<byte[]> SignByAll(string purpose, ReadOnlySpan<byte> content) => [root.Sign(purpose, content)];
    }
}
