using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.State;
using CsCheck;

namespace Cellway.Tests.Manager;

public sealed class NetworkViewTests
{
    private static readonly object[] Everything =
    [
        Samples.Authority, Samples.Cell(), Samples.Cell("south"), Samples.Participant(), Samples.Token("aa"), Samples.Node("core-1"),
        Samples.Node("entry-1", Role.Entry), Samples.Session("core-1"), Samples.User(), Samples.Device("d1"), Samples.Device("d2"),
        Samples.Certificate("41", Samples.HashOf("k1"), revoked: true), Samples.Certificate("42", Samples.HashOf("k2"), revoked: false),
    ];

    [Fact]
    public void Of_Snapshot_ShowsEveryRecordUnderItsId()
    {
        var view = Samples.View(Everything);

        Assert.Equal("Test network", view.Network!.Name);
        Assert.Equal((1, 2, 1, 1, 2), (view.Authorities.Count, view.Cells.Count, view.Participants.Count, view.JoinTokens.Count, view.Nodes.Count));
        Assert.Equal((1, 1, 2), (view.Sessions.Count, view.Users.Count, view.Devices.Count));
        Assert.Equal(Samples.HashOf("k1"), Assert.Single(view.RevokedKeys).Value);
        Assert.True(view.IsRevoked(Samples.HashOf("k1")));
        Assert.False(view.IsRevoked(Samples.HashOf("k2")));
    }

    [Fact]
    public void Find_DeviceReissued_OnlyByTheNewHashes()
    {
        var device = Samples.Device("d1");
        var before = Samples.View(Everything);
        var reissued = device with { TokenHash = Samples.HashOf("t"), CredentialHash = Samples.HashOf("c") };
        var after = before.Apply(Samples.Keys, new(2, [Change(reissued)]));

        Assert.Equal("d1", before.FindByToken(Hash256.Parse(device.TokenHash))!.Id);
        Assert.Null(after.FindByToken(Hash256.Parse(device.TokenHash)));
        Assert.Null(after.FindByCredential(Hash256.Parse(device.CredentialHash)));
        Assert.Equal(reissued, after.FindByToken(Hash256.Parse(reissued.TokenHash)));
        Assert.Equal(reissued, after.FindByCredential(Hash256.Parse(reissued.CredentialHash)));
        Assert.Equal("d2", after.FindByToken(Hash256.Parse(Samples.Device("d2").TokenHash))!.Id);
        Assert.Equal(2, after.Revision);
    }

    [Fact]
    public void Apply_DeletedKeys_AreGoneWithTheirIndexes()
    {
        var view = Samples.View(Everything);
        var empty = view.Apply(Samples.Keys, new(2, [.. Everything.Select(r => new StateChange(Samples.Entry(r).Key, null))]));

        Assert.Empty(empty.Devices);
        Assert.Empty(empty.RevokedKeys);
        Assert.False(empty.IsRevoked(Samples.HashOf("k1")));
        Assert.Null(empty.FindByCredential(Hash256.Parse(Samples.Device("d1").CredentialHash)));
        Assert.Equal(2, view.Devices.Count); // who holds a view sees one moment
    }

    [Fact]
    public void Apply_KeysOfOthers_AreIgnored()
    {
        var view = Samples.View();
        StateChange[] changes =
        [
            new("/cellway/testnet2/users/eve", Samples.Entry(Samples.User("eve"))),
            new("/cellway/testnet/device-names/bob/phone", new("x", "d1"u8.ToArray(), 1, 1, 0)),
            new("/cellway/testnet/of-a-newer-version/x", new("x", "{"u8.ToArray(), 1, 1, 0)),
        ];

        Assert.Empty(view.Apply(Samples.Keys, new(9, changes)).Users);
    }

    [Fact]
    public void Apply_AnyHistory_EqualsASnapshotOfItsEnd()
    {
        var steps = Gen.Select(Gen.Int[0, Everything.Length - 1], Gen.Bool).List[0, 60];
        steps.Sample(history =>
        {
            var state = new SortedDictionary<string, StateEntry>(StringComparer.Ordinal);
            var view = NetworkView.Of(Samples.Keys, new(0, []));
            long revision = 0;
            foreach (var (index, written) in history)
            {
                var entry = Samples.Entry(Everything[index]);
                view = view.Apply(Samples.Keys, new(++revision, [new(entry.Key, written ? entry : null)]));
                state.Remove(entry.Key);
                if (written)
                {
                    state.Add(entry.Key, entry);
                }
            }

            var whole = NetworkView.Of(Samples.Keys, new(revision, [.. state.Values]));
            Assert.Equal(Describe(whole), Describe(view));
        });
    }

    private static StateChange Change(object record) => new(Samples.Entry(record).Key, Samples.Entry(record));

    private static string Describe(NetworkView view) => string.Join(
        '|',
        [
            $"{view.Revision} {view.Network?.Id}",
            .. new[] { view.Authorities.Keys, view.Cells.Keys, view.Participants.Keys, view.JoinTokens.Keys, view.Nodes.Keys, view.Sessions.Keys, view.Users.Keys, view.Devices.Keys, view.RevokedKeys.Keys }
                .Select(keys => string.Join(' ', keys.Order(StringComparer.Ordinal))),
            .. new[] { "d1", "d2" }.Select(d => $"{view.FindByToken(Hash256.Parse(Samples.Device(d).TokenHash))?.Id} {view.FindByCredential(Hash256.Parse(Samples.Device(d).CredentialHash))?.Id}"),
            view.IsRevoked(Samples.HashOf("k1")).ToString(),
        ]);
}
