using Cellway.Manager.View;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Cellway.Model.State;
using CsCheck;

namespace Cellway.Tests.Manager;

public sealed class NetworkViewTests
{
    private static readonly EntryReportRecord Report = Samples.Report("entry-1", ("core-1", CoreReach.Stalls));

    private static readonly object[] Everything =
    [
        Samples.Authority, Samples.Cell(), Samples.Cell("south"), Samples.Participant(), Samples.Token("aa"), Samples.Node("core-1"),
        Samples.Node("entry-1", Role.Entry), Samples.Session("core-1"), Report, Samples.User(), Samples.Device("d1"), Samples.Device("d2"),
        Samples.Certificate("41", Samples.HashOf("k1"), revoked: true), Samples.Certificate("42", Samples.HashOf("k2"), revoked: false),
        Samples.LifeSigns("replica-1", "core-1"), Samples.Incident("incident-1"), Samples.Regeneration(),
    ];

    [Fact]
    public void Of_Snapshot_ShowsEveryRecordUnderItsId()
    {
        var view = Samples.View(Everything);

        Assert.Equal("Test network", view.Network!.Name);
        Assert.Equal((1, 2, 1, 1, 2), (view.Authorities.Count, view.Cells.Count, view.Participants.Count, view.JoinTokens.Count, view.Nodes.Count));
        Assert.Equal((1, 1, 2), (view.Sessions.Count, view.Accounts.Users, view.Accounts.Devices));
        Assert.Equal(Samples.HashOf("k1"), Assert.Single(view.RevokedKeys).Value);
        Assert.True(view.IsRevoked(Samples.HashOf("k1")));
        Assert.False(view.IsRevoked(Samples.HashOf("k2")));
    }

    [Fact]
    public void Apply_ReportOfAnEntry_IsSeenAndSaysWhose()
    {
        var entry = Samples.Entry(Report);
        var view = Samples.View().Apply(Samples.Keys, new(2, [new(entry.Key, entry)]), out var changes);

        Assert.Equal("entry-1", Assert.Single(changes.EntryReports));
        Assert.Equal(("home", CoreReach.Stalls), (view.EntryReports["entry-1"].SourceNetwork, view.EntryReports["entry-1"].Cores["core-1"].Reach));
        Assert.Equal(Arrivals.Normal, view.EntryReports["entry-1"].Cells["north"].Arrivals);
        Assert.Empty(view.Apply(Samples.Keys, new(3, [new(entry.Key, null)]), out _).EntryReports);
    }

    [Fact]
    public void Find_DeviceReissued_OnlyByTheNewHashes()
    {
        var device = Samples.Device("d1");
        var view = Samples.View(Everything);
        Assert.Equal("d1", view.Accounts.FindByToken(Hash256.Parse(device.TokenHash))!.Value.Id);
        var reissued = device with { TokenHash = Samples.HashOf("t"), CredentialHash = Samples.HashOf("c") };

        view = view.Apply(Samples.Keys, new(2, [Change(reissued)]), out var changes);

        Assert.Equal((device, reissued), (changes.Devices[0].Before!.Value.ToRecord(), changes.Devices[0].After!.Value.ToRecord()));
        Assert.Null(view.Accounts.FindByToken(Hash256.Parse(device.TokenHash)));
        Assert.Null(view.Accounts.FindByCredential(Hash256.Parse(device.CredentialHash)));
        Assert.Equal(reissued, view.Accounts.FindByToken(Hash256.Parse(reissued.TokenHash))!.Value.ToRecord());
        Assert.Equal(reissued, view.Accounts.FindByCredential(Hash256.Parse(reissued.CredentialHash))!.Value.ToRecord());
        Assert.Equal("d2", view.Accounts.FindByToken(Hash256.Parse(Samples.Device("d2").TokenHash))!.Value.Id);
        Assert.Equal(2, view.Revision);
    }

    [Fact]
    public void Apply_DeletedKeys_AreGoneWithTheirIndexes()
    {
        var view = Samples.View(Everything);
        var empty = view.Apply(Samples.Keys, new(2, [.. Everything.Select(r => new StateChange(Samples.Entry(r).Key, null))]), out _);

        Assert.Equal((0, 0), (empty.Accounts.Devices, empty.Accounts.Users));
        Assert.Empty(empty.RevokedKeys);
        Assert.False(empty.IsRevoked(Samples.HashOf("k1")));
        Assert.Null(empty.Accounts.FindByCredential(Hash256.Parse(Samples.Device("d1").CredentialHash)));
        Assert.Equal(2, view.Nodes.Count); // who holds a view sees one moment
    }

    [Theory]
    [InlineData("devices/d1", "{")]
    [InlineData("devices/d1", """{"id":"d1","user":"bob","name":"x","tokenHash":"00","credentialHash":"00","cell":"north","createdAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData("users/bob", "null")]
    [InlineData("nodes/core-1", "[]")]
    [InlineData("sessions/core-1", "{}")]
    [InlineData("entry-reports/entry-1", """{"entry":"entry-1"}""")]
    [InlineData("entry-reports/entry-1", """{"entry":"entry-1","cores":null,"cells":{}}""")]
    [InlineData("cells/north", "7")]
    [InlineData("life-signs/replica-1", """{"replica":"replica-1","cores":null}""")]
    [InlineData("incidents/incident-1", "{}")]
    [InlineData("regenerations/north", "{}")]
    public void Apply_RecordThatCannotBeRead_CountsAsMissingUntilItCan(string path, string value)
    {
        var good = Everything.Select(Samples.Entry).Single(e => e.Key == Samples.Keys.Prefix + path);
        var view = Samples.View(Everything);
        var before = Describe(view);

        var bad = view.Apply(Samples.Keys, new(2, [new(good.Key, good with { Value = System.Text.Encoding.UTF8.GetBytes(value) })]), out _);
        Assert.Equal(path, Assert.Single(bad.Unreadable));
        Assert.NotEqual(before, Describe(bad with { Revision = 1 }));
        Assert.Equal("Test network", bad.Network!.Name);

        var again = bad.Apply(Samples.Keys, new(1, [new(good.Key, good)]), out _);
        Assert.Empty(again.Unreadable);
        Assert.Equal(before, Describe(again));
    }

    [Fact]
    public void Apply_CertificateThatCannotBeRead_ItsNodeCountsAsRevoked()
    {
        var node = Samples.Node("core-1");
        var entry = Samples.Entry(Samples.Certificate(node.CertificateSerial, node.KeyHash, revoked: false));
        var view = Samples.View(node).Apply(Samples.Keys, new(2, [new(entry.Key, entry with { Value = "{"u8.ToArray() })]), out var changes);

        Assert.True(changes.Trust);
        Assert.True(view.IsRevoked(node.KeyHash));
        Assert.False(view.Apply(Samples.Keys, new(3, [new(entry.Key, entry)]), out _).IsRevoked(node.KeyHash));
    }

    [Fact]
    public void Apply_RootThatCannotBeRead_StaysAsItWas()
    {
        var entry = Samples.Entry(Samples.Authority);
        var view = Samples.View(Everything).Apply(Samples.Keys, new(2, [new(entry.Key, entry with { Value = "{"u8.ToArray() })]), out _);

        Assert.Equal(Samples.Authority.Certificate, Assert.Single(view.Authorities).Value.Certificate);
        Assert.Single(view.Unreadable);
    }

    [Theory]
    [InlineData("""{"schema":2,"id":"bob","createdAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"schema":2,"everything":{"is":"different"}}""")]
    public void Apply_RecordOfANewerForm_SaysWhatToDo(string value)
    {
        var e = Assert.Throws<NewerSchemaException>(
            () => Samples.View().Apply(Samples.Keys, new(2, [new(Samples.Keys.User("bob"), new("users/bob", System.Text.Encoding.UTF8.GetBytes(value), 1, 1, 0))]), out _));

        Assert.Contains("newer Cellway", e.Message, StringComparison.Ordinal);
        Assert.Contains("users/bob", e.Message, StringComparison.Ordinal);
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

        Assert.Equal(0, view.Apply(Samples.Keys, new(9, changes), out _).Accounts.Users);
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
                view = view.Apply(Samples.Keys, new(++revision, [new(entry.Key, written ? entry : null)]), out _);
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
            .. new[] { view.Authorities.Keys, view.Cells.Keys, view.Participants.Keys, view.JoinTokens.Keys, view.Nodes.Keys, view.Sessions.Keys, view.EntryReports.Keys, view.LifeSigns.Keys, view.Incidents.Keys, view.Regenerations.Keys, view.Accounts.AllUsers().Select(u => u.Id), view.Accounts.AllDevices().Select(d => $"{d.Row.Id} {d.Row.UserAllowed}"), view.RevokedKeys.Keys }
                .Select(keys => string.Join(' ', keys.Order(StringComparer.Ordinal))),
            .. new[] { "d1", "d2" }.Select(d => $"{view.Accounts.FindByToken(Hash256.Parse(Samples.Device(d).TokenHash))?.Id} {view.Accounts.FindByCredential(Hash256.Parse(Samples.Device(d).CredentialHash))?.Id}"),
            $"{view.Accounts.Users} {view.Accounts.Devices} {view.Accounts.DevicesOf("bob")} {view.Accounts.DevicesIn("north")} {view.Accounts.AllDevicesOf("bob").Count}",
            view.IsRevoked(Samples.HashOf("k1")).ToString(),
        ]);
}
