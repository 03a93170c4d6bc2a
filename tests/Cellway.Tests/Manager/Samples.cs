using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Certificates;
using Cellway.Model.Devices;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.Regeneration;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Tests.Manager;

/// <summary>Records with everything set, and views made of them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static readonly StateKeys Keys = new("testnet");

    public static readonly NetworkRecord Network = new() { Id = "testnet", Name = "Test network", CreatedAt = Now };

    public static readonly AuthorityRecord Authority = new() { Generation = 1, Certificate = [1, 2], SealedKey = [3], Signs = true, CreatedAt = Now };

    public static CellRecord Cell(string id = "north", CellState state = CellState.Active, params string[] addresses) => new()
    {
        Id = id,
        EntryDomain = $"entry.{id}.example",
        ExitDomain = $"exit.{id}.example",
        State = state,
        EntryAddresses = addresses,
        EntryCertificate = new() { Chain = "chain", SealedKey = [4], NotAfter = Now.AddDays(1), PrivateRoot = "root" },
        ExitCertificate = new() { Chain = "chain", SealedKey = [5], NotAfter = Now.AddDays(1) },
        SubscriptionPath = "path",
        CreatedAt = Now,
    };

    public static RotationRecord Rotation(string cell = "north", params IReadOnlyList<ServiceName> entry) => new()
    {
        Cell = cell,
        EntryNames = entry.Count > 0 ? entry : [new() { Name = "api.v2.rpc.aa", Generation = 3, NotBefore = Now.AddHours(-2), AnnouncedAt = Now.AddHours(-1) }],
        ExitNames = [new() { Name = "api.v2.rpc.bb", NotBefore = Now.AddHours(-2), NotAfter = Now.AddHours(2), Withdrawn = true }],
    };

    public static ParticipantRecord Participant(string id = "alice") => new() { Id = id, ReserveBytesPerMonth = 7, CreatedAt = Now };

    public static JoinTokenRecord Token(string id) => new()
    {
        Id = id,
        SecretHash = HashOf(id),
        Participant = "alice",
        Role = Role.Core,
        Cell = "north",
        CreatedAt = Now,
        ExpiresAt = Now.AddDays(1),
        RevokedAt = Now,
        Spent = new() { At = Now, Node = "core-1", KeyHash = HashOf("k"), CertificateSerial = "41" },
    };

    public static NodeRecord Node(string id, Role role = Role.Core, string? cell = "north", NodeState state = NodeState.Active) => new()
    {
        Id = id,
        Role = role,
        Participant = "alice",
        Cell = cell,
        KeyHash = HashOf("key of " + id),
        CertificateSerial = "41",
        CertificateNotAfter = Now.AddDays(90),
        State = state,
        EnrolledAt = Now,
    };

    public static NodeSessionRecord Session(string node, bool ready = true, string observed = "192.0.2.1") => new()
    {
        Node = node,
        Replica = "replica",
        Address = "192.0.2.9",
        Port = 443,
        ObservedAddress = observed,
        SoftwareVersion = "1.0.0",
        Since = Now,
        Ready = ready,
        ProbeError = ready ? null : "refused",
    };

    /// <summary>What an Entry finds: each Core with a verdict, all of them of the same cell.</summary>
    public static EntryReportRecord Report(string entry, params IEnumerable<(string Core, CoreReach Reach)> cores) => new()
    {
        Entry = entry,
        SourceNetwork = "home",
        Cores = cores.ToDictionary(c => c.Core, c => new CoreReachReport { ExitDomain = "exit.north.example", Reach = c.Reach, Since = Now, Milliseconds = 40 }),
        Cells = new Dictionary<string, CellArrivalsReport> { ["north"] = new() { EntryDomain = "entry.north.example", Arrivals = Arrivals.Normal, Since = Now } },
    };

    public static LifeSignsRecord LifeSigns(string replica, params IEnumerable<string> cores) => new() { Replica = replica, Cores = cores.ToDictionary(c => c, _ => Now) };

    public static IncidentRecord Incident(string id, IncidentSubject subject = IncidentSubject.ExitDomain, IncidentState state = IncidentState.Open) => new IncidentRecord
    {
        Id = id,
        Cell = "north",
        Subject = subject,
        Domain = "exit.north.example",
        Kind = IncidentKind.Blocked,
        State = state,
        StateSince = Now,
        OpenedAt = Now,
        BeganAt = Now,
        Explanation = "Two of two Entries have lost it.",
        Witnesses = [new() { Entry = "entry-1", Network = "home", Saw = "unreachable: 2 of 2 Cores", Since = Now, Affected = true }],
        Timeline = [],
    }.With(Now, "detector", "blocked");

    public static RegenerationRecord Regeneration(string cell = "north", string successor = "south", RegenerationStep step = RegenerationStep.Forming) => new()
    {
        Cell = cell,
        Successor = successor,
        Incident = "incident-1",
        Step = step,
        StepSince = Now,
        StartedAt = Now,
        StartedBy = "operator-1",
        StateBefore = CellState.Active,
        ReadyCores = 1,
        DevicesPerSecond = 100,
        Grace = TimeSpan.FromHours(1),
        Invitations = [new() { Participant = "alice", Cores = 2, Tokens = ["aa"] }],
    };

    public static CertificateRecord Certificate(string serial, string keyHash, bool revoked) => new()
    {
        Serial = serial,
        Identity = "cellway://testnet/core/a",
        KeyHash = keyHash,
        Der = [1],
        IssuedAt = Now,
        NotAfter = Now.AddDays(90),
        RevokedAt = revoked ? Now : null,
    };

    public static UserRecord User(string id = "bob", bool disabled = false) => new() { Id = id, Disabled = disabled, CreatedAt = Now };

    public static DeviceRecord Device(string id, string user = "bob", string cell = "north", bool disabled = false) => new()
    {
        Id = id,
        User = user,
        Name = "phone",
        TokenHash = HashOf("token of " + id),
        CredentialHash = HashOf("credential of " + id),
        Cell = cell,
        Disabled = disabled,
        CreatedAt = Now,
    };

    public static CoreUsageRecord Usage(string core) => new()
    {
        Core = core,
        Participant = "alice",
        Epoch = 7,
        Sequence = 3,
        PastEpochs = [5, 6],
        AppliedAt = Now,
        Period = new(2026, 3, 1),
        PagedAt = Now,
        Split = true,
        Open = new() { Home = new Dictionary<string, TrafficBytes> { ["d1"] = new(1, 20) }, Lent = new Dictionary<string, TrafficBytes> { ["d2"] = new(300, 4000) } },
    };

    public static UsagePageRecord UsagePage(string core, DateOnly period) => new() { Core = core, Participant = "alice", Period = period, Bytes = Usage(core).Open };

    /// <summary>A view that holds these records, each at its key.</summary>
    public static NetworkView View(params IEnumerable<object> records) =>
        NetworkView.Of(Keys, new(1, [.. (records.OfType<NetworkRecord>().Any() ? records : records.Prepend(Network)).Select(Entry).OrderBy(e => e.Key, StringComparer.Ordinal)]));

    public static StateEntry Entry(object record) => record switch
    {
        NetworkRecord r => New(Keys.Network, StateJson.Write(r)),
        AuthorityRecord r => New(Keys.Authority(r.Generation), StateJson.Write(r)),
        CellRecord r => New(Keys.Cell(r.Id), StateJson.Write(r)),
        Cellway.Model.Backups.BackupRecord r => New(Keys.Backup(r.Name), StateJson.Write(r)),
        RotationRecord r => New(Keys.Rotation(r.Cell), StateJson.Write(r)),
        ParticipantRecord r => New(Keys.Participant(r.Id), StateJson.Write(r)),
        JoinTokenRecord r => New(Keys.JoinToken(r.Id), StateJson.Write(r)),
        NodeRecord r => New(Keys.Node(r.Id), StateJson.Write(r)),
        WorkerRecord r => New(Keys.Worker(r.Id), StateJson.Write(r)),
        NodeSessionRecord r => New(Keys.Session(r.Node), StateJson.Write(r)),
        Cellway.Model.Routing.CellReturnRecord r => New(Keys.CellReturn(r.Cell), StateJson.Write(r)),
        EntryReportRecord r => New(Keys.EntryReport(r.Entry), StateJson.Write(r)),
        LifeSignsRecord r => New(Keys.LifeSigns(r.Replica), StateJson.Write(r)),
        IncidentRecord r => New(Keys.Incident(r.Id), StateJson.Write(r)),
        RegenerationRecord r => New(Keys.Regeneration(r.Cell), StateJson.Write(r)),
        TrustRecord r => New(Keys.Trust, StateJson.Write(r)),
        CertificateRecord r => New(Keys.Certificate(r.Serial), StateJson.Write(r)),
        UserRecord r => New(Keys.User(r.Id), StateJson.Write(r)),
        CoreUsageRecord r => New(Keys.Usage(r.Core), StateJson.Write(r)),
        UsagePageRecord r => New(Keys.UsagePage(new(r.Period), r.Core, "all"), StateJson.Write(r)),
        SpentDeviceRecord r => New(Keys.SpentDevice(r.Device), StateJson.Write(r)),
        SpentReserveRecord r => New(Keys.SpentReserve(r.Participant), StateJson.Write(r)),
        DeviceRecord r => New(Keys.Device(r.Id), StateJson.Write(r)),
        _ => throw new ArgumentException("No stored record.", nameof(record)),
    };

    public static string HashOf(string text) => Hash256.Of(System.Text.Encoding.UTF8.GetBytes(text)).ToString();

    private static StateEntry New(string key, byte[] value) => new(key, value, 1, 1, 0);
}
