using System.Text;
using Cellway.Model.Audit;
using Cellway.Model.Backups;
using Cellway.Model.Bot;
using Cellway.Model.Certificates;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Replicas;
using Cellway.Model.State;
using Cellway.Model.Usage;
using Cellway.Tests.Manager;

namespace Cellway.Tests.Model;

public sealed class StateJsonTests
{
    private static readonly object[] Records =
    [
        Samples.Network, Samples.Authority, Samples.Cell("north", addresses: "192.0.2.1:443"), Samples.Rotation(), Samples.Participant(), Samples.Token("aa"),
        new Cellway.Model.Routing.CellReturnRecord { Cell = "north", Since = Samples.Now, Share = 512, ChangedAt = Samples.Now },
        Samples.Node("core-1"), Samples.Session("core-1", ready: false), Samples.Report("entry-1", ("core-1", Cellway.Model.Health.CoreReach.Slow)),
        Samples.Certificate("41", Samples.HashOf("k"), revoked: true),
        Samples.User(disabled: true), Samples.Device("d1", disabled: true), new SealedSecretRecord { Sealed = [1, 2, 3] },
        new ReplicaRecord { Id = "a", Endpoints = ["192.0.2.1:7443"], Admin = "127.0.0.1:7444", SoftwareVersion = "1.0.0", Since = Samples.Now, Stopping = true },
        new DeviceAppsRecord { Device = "d1", Apps = ["aa", "bb"] },
        Samples.Usage("core-1"), Samples.UsagePage("core-1", new(2026, 3, 1)),
        new SpentDeviceRecord { Device = "d1", Period = new(2026, 3, 1), At = Samples.Now }, new SpentReserveRecord { Participant = "alice", Period = new(2026, 3, 1), At = Samples.Now },
        new Cellway.Model.Nodes.WorkerRecord { Id = "abc123", Participant = "alice", CreatedAt = Samples.Now, ExpiresAt = Samples.Now, JoinedAt = Samples.Now, NodeUid = "uid", TokenGone = true },
        Samples.LifeSigns("replica-1", "core-1"), Samples.Incident("incident-1"), Samples.Regeneration(),
        new BotOffsetRecord { Next = 7, Bot = "a_bot", At = Samples.Now }, new BotTalkRecord { LastUpdate = 7, At = Samples.Now, Dialogue = "da", Step = "name", Until = Samples.Now, Words = [1] },
        new BotPersonRecord { Language = "ru", User = "bob", Participant = "alice", TrialUser = "t", Trials = 2, BannedAt = Samples.Now, BanReason = [1], Request = "r", Thread = "t", Unreachable = true, Since = Samples.Now },
        new BotChatRecord { Sealed = [1] },
        new BotRequestRecord
        {
            Id = "r", Person = "p", Kind = BotRequestKind.JoinToken, State = BotRequestState.Refused, At = Samples.Now, DecidedAt = Samples.Now, DecidedBy = "olga", Words = [1], Role = Role.Core, Cell = "north", Token = "aa",
        },
        new BotThreadRecord { Id = "t", Person = "p", OpenedAt = Samples.Now, At = Samples.Now, ClosedAt = Samples.Now, Words = [1] },
        new BotMessageRecord { Id = "m", To = "p", Words = [1], At = Samples.Now, NotBefore = Samples.Now },
        new BotBroadcastRecord
        {
            Id = "b", By = "olga", Audience = "cell", Cell = "north", Words = [1], At = Samples.Now, Planned = 3, Cursor = "p", Ahead = ["q"], Sent = 1, Failed = 1, EndedAt = Samples.Now, Cancelled = true,
        },
        new BotAlertsRecord { Told = new Dictionary<string, DateTimeOffset> { ["a"] = Samples.Now }, Digest = new(2026, 3, 4) },
        new BotInvitationRecord { User = "bob", Participant = "alice", ExpiresAt = Samples.Now }, new BotCodeRecord { By = "olga", ExpiresAt = Samples.Now },
        new AuditAct { At = Samples.Now, Who = "operator/o", What = "node revoke", Subject = "nodes/n", Outcome = "forbidden", Detail = "why", Count = 2 },
        new AuditRecord { Sequence = 1, Previous = AuditRecord.Nothing, Revision = 7, Act = new() { At = Samples.Now, Who = "operator/o", What = "node revoke" } },
        new AuditHeadRecord { Sequence = 1, Hash = AuditRecord.Nothing, Generation = 1, Signature = [1, 2] },
        new TrustRecord { Version = 3, Statement = [1, 2], Signatures = [[3, 4], [5]] },
        new BackupRecord { Name = "a.backup", At = Samples.Now, Revision = 7, NextBy = Samples.Now, Length = 8, Hash = "ab", Destinations = ["/b"], Error = "no" },
        new RestoredRecord { Backup = "ab", Revision = 7, TrustVersion = 3, MadeAt = Samples.Now, RestoredAt = Samples.Now },
        new LeaderRecord { Replica = "a", Lease = 7, Since = Samples.Now }, new EndpointRecord { Endpoint = "192.0.2.1:7443", SeenAt = Samples.Now },
    ];

    [Fact]
    public void Write_EveryRecord_ReadsBackTheSame()
    {
        // Every stored type is here.
        var stored = typeof(StateJson).GetCustomAttributesData().Where(a => a.AttributeType.Name == "JsonSerializableAttribute").Select(a => (Type)a.ConstructorArguments[0].Value!);
        Assert.Equal(stored.Select(t => t.Name).Order(StringComparer.Ordinal), Records.Select(r => r.GetType().Name).Order(StringComparer.Ordinal));
        foreach (dynamic record in Records)
        {
            byte[] json = Write(record);
            Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(Rewrite(record, json)));
            Assert.Contains("\"schema\":1", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_FieldOfANewerVersion_Ignored()
    {
        var user = StateJson.Read<UserRecord>(Entry("""{"schema":1,"id":"bob","disabled":true,"createdAt":"2026-01-01T00:00:00Z","shoeSize":{"eu":43}}"""));

        Assert.Equal(("bob", true, 1), (user.Id, user.Disabled, user.Schema));
    }

    [Theory]
    [InlineData("""{"schema":2,"id":"bob","createdAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"inner":{"schema":1},"schema":3}""")]
    public void Read_NewerForm_RefusedWithWhatToDo(string json)
    {
        var e = Assert.Throws<NewerSchemaException>(() => StateJson.Read<UserRecord>(Entry(json)));

        Assert.Contains("/cellway/testnet/users/bob", e.Message, StringComparison.Ordinal);
        Assert.Contains("Upgrade", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"id":7,"createdAt":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"id":"bob","createdAt":"yesterday"}""")]
    public void Read_NoSuchRecord_NamesTheKey(string json)
    {
        var e = Assert.Throws<InvalidDataException>(() => StateJson.Read<UserRecord>(Entry(json)));

        Assert.Contains("/cellway/testnet/users/bob", e.Message, StringComparison.Ordinal);
        Assert.Contains("UserRecord", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Enum_ByNameSoThatNumbersMayChange() =>
        Assert.Contains("\"role\":\"Core\"", Encoding.UTF8.GetString(StateJson.Write(Samples.Node("a", Role.Core))), StringComparison.Ordinal);

    private static byte[] Write<T>(T record)
        where T : class, IStateRecord => StateJson.Write(record);

    private static byte[] Rewrite<T>(T _, byte[] json)
        where T : class, IStateRecord => StateJson.Write(StateJson.Read<T>(new("key", json, 1, 1, 0)));

    private static StateEntry Entry(string json) => new("/cellway/testnet/users/bob", Encoding.UTF8.GetBytes(json), 1, 1, 0);
}
